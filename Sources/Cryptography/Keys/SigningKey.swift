internal import CConclaveSodium
internal import ConclaveCodec

/// An Ed25519 signing key. The secret lies in locked memory, is wiped when the key is released, and has no
/// text form.
public final class SigningKey: Sendable {
    /// Bytes of the secret seed (RFC 8032).
    public static let seedByteCount = 32

    public let publicKey: PublicKey
    // libsodium's form: the seed, then the public key.
    private let secret: LockedMemory

    /// The key that RFC 8032 derives from `seed`. `seed` is wiped if the caller gives up its only copy.
    ///
    /// - Throws: ``KeyError/length(expected:given:)`` unless there are 32 bytes; ``KeyError/outOfMemory``.
    public init(seed: consuming [UInt8]) throws(KeyError) {
        defer { seed.wipe() }
        guard seed.count == Self.seedByteCount else {
            throw .length(expected: Self.seedByteCount, given: seed.count)
        }
        var publicBytes = [UInt8](repeating: 0, count: PublicKey.byteCount)
        secret = try unsafe LockedMemory(count: Int(crypto_sign_ed25519_SECRETKEYBYTES)) { memory in
            _ = unsafe crypto_sign_ed25519_seed_keypair(&publicBytes, memory, seed)
        }
        publicKey = PublicKey(Bytes32(exactly: publicBytes))
    }

    /// The signature over `varint(length of N) ‖ N ‖ message`, N being the namespace. Always the same for the
    /// same message.
    public func sign(_ message: [UInt8], namespace: Namespace) -> Signature {
        sign(payload: SignedPayload.bytes(message, in: namespace))
    }

    /// The signature over a handshake transcript: a zero byte, which no namespace's payload begins with, and
    /// the summary.
    package func signTranscript(summary: [UInt8]) -> Signature {
        sign(payload: SignedPayload.bytes(transcript: summary))
    }

    /// The secret itself, for writing a key file and for nothing else. Wipe it afterwards.
    public var seedBytes: [UInt8] {
        unsafe secret.withBytes { unsafe Array(UnsafeBufferPointer(start: $0, count: Self.seedByteCount)) }
    }

    private func sign(payload: [UInt8]) -> Signature {
        var bytes = [UInt8](repeating: 0, count: Signature.byteCount)
        unsafe secret.withBytes { secret in
            _ = unsafe crypto_sign_ed25519_detached(&bytes, nil, payload, UInt64(payload.count), secret)
        }
        return Signature(exactly: bytes)
    }
}
