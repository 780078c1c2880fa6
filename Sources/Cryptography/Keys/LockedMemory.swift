internal import CConclaveSodium

/// Memory for a secret that lives long: between guard pages, only read once it is filled, wiped when it is
/// released; never swapped out and not in core dumps where the system allows it (a limit on locked memory may
/// not).
@safe
struct LockedMemory: ~Copyable, @unchecked Sendable {  // read-only pages after `init`
    private let address: UnsafeMutablePointer<UInt8>

    /// - Throws: ``KeyError/outOfMemory`` if the machine gives no such memory.
    init(count: Int, filledBy fill: (UnsafeMutablePointer<UInt8>) -> Void) throws(KeyError) {
        Sodium.start()
        guard let memory = unsafe sodium_malloc(count) else { throw .outOfMemory }
        unsafe address = memory.initializeMemory(as: UInt8.self, repeating: 0, count: count)
        unsafe fill(address)
        _ = unsafe sodium_mprotect_readonly(memory)
    }

    deinit {
        unsafe sodium_free(address)
    }

    borrowing func withBytes<Result>(_ body: (UnsafePointer<UInt8>) -> Result) -> Result {
        unsafe body(address)
    }
}
