#if CONCLAVE_THREAD_SANITIZER
    import CConclaveLock
#else
    public import Synchronization
#endif

#if CONCLAVE_THREAD_SANITIZER
    /// The lock in a build for ThreadSanitizer. Sendable because the value is only reached between `acquire`
    /// and `release`.
    @safe
    public struct Lock<Value: ~Copyable>: ~Copyable, @unchecked Sendable {
        private let lock: OpaquePointer
        private let value: UnsafeMutablePointer<Value>

        public init(_ value: consuming sending Value) {
            unsafe lock = conclave_lock_make()
            unsafe self.value = .allocate(capacity: 1)
            unsafe self.value.initialize(to: value)
        }

        deinit {
            unsafe value.deinitialize(count: 1)
            unsafe value.deallocate()
            unsafe conclave_lock_free(lock)
        }

        /// Runs `body` alone with the value.
        public borrowing func withLock<Result: ~Copyable, Failure: Error>(
            _ body: (inout sending Value) throws(Failure) -> sending Result
        ) throws(Failure) -> sending Result {
            unsafe conclave_lock_acquire(lock)
            defer { unsafe conclave_lock_release(lock) }
            return try unsafe body(&value.pointee)
        }
    }
#else
    /// The one lock of the project: mutual exclusion for nanoseconds, never held across a suspension or a
    /// system call.
    ///
    /// It exists so that the kind of lock is chosen in a single place: ThreadSanitizer does not see
    /// `Synchronization.Mutex` and would call correct code a race, so a build for it has a `pthread_mutex_t`.
    public struct Lock<Value: ~Copyable>: ~Copyable, Sendable {
        @usableFromInline let mutex: Mutex<Value>

        @inlinable
        public init(_ value: consuming sending Value) {
            mutex = Mutex(value)
        }

        /// Runs `body` alone with the value.
        @inlinable
        public borrowing func withLock<Result: ~Copyable, Failure: Error>(
            _ body: (inout sending Value) throws(Failure) -> sending Result
        ) throws(Failure) -> sending Result {
            try mutex.withLock(body)
        }
    }
#endif
