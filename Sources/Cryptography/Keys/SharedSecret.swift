/// What two ephemeral keys agreed on; never zero. It goes into a transcript and is wiped when it is released.
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
