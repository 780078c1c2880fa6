/// What two ephemeral keys agreed on; never zero. It goes into a transcript and is wiped when it is released.
///
/// The transcript's hash holds a copy in its current block, which is freed with the handshake and not wiped:
/// who recorded the session and reads this process's freed memory before it is used again can open it.
public struct SharedSecret: ~Copyable, Sendable {
    static let byteCount = 32

    private let secret: SecretBytes

    init(_ secret: consuming SecretBytes) {
        self.secret = secret
    }

    borrowing func withBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        unsafe secret.withBytes { unsafe body(UnsafeRawBufferPointer(start: $0, count: Self.byteCount)) }
    }
}
