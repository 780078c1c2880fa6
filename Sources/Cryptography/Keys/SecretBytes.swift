internal import CConclaveSodium

/// Memory for a secret that lives as long as one handshake: not shared, wiped when it is released.
@safe
struct SecretBytes: ~Copyable, @unchecked Sendable {  // filled in `init`, only read afterwards
    private let address: UnsafeMutablePointer<UInt8>
    private let count: Int

    init(count: Int, filledBy fill: (UnsafeMutablePointer<UInt8>) -> Void) {
        unsafe address = .allocate(capacity: count)
        self.count = count
        unsafe address.initialize(repeating: 0, count: count)
        unsafe fill(address)
    }

    deinit {
        unsafe sodium_memzero(address, count)
        unsafe address.deallocate()
    }

    borrowing func withBytes<Result>(_ body: (UnsafePointer<UInt8>) -> Result) -> Result {
        unsafe body(address)
    }
}
