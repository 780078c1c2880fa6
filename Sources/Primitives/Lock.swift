public import Synchronization

/// The one lock of the project: mutual exclusion for nanoseconds, never held across a suspension or a system
/// call.
///
/// It exists so that the kind of lock is chosen in a single place: ThreadSanitizer does not see
/// `Synchronization.Mutex` and would call correct code a race.
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
