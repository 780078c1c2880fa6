internal import CConclaveSodium
internal import ConclaveCodec

/// An X25519 secret for one handshake. Agreeing on a secret uses it up; it is wiped in any case.
public struct EphemeralKey: ~Copyable, Sendable {
    /// Bytes of the secret, which come from the machine's entropy.
    public static let secretByteCount = 32

    public let publicKey: EphemeralPublicKey
    private let secret: SecretBytes

    /// `secret` is wiped if the caller gives up its only copy.
    ///
    /// - Throws: ``KeyError/length(expected:given:)`` unless there are 32 bytes.
    public init(secret given: consuming [UInt8]) throws(KeyError) {
        defer { given.wipe() }
        guard given.count == Self.secretByteCount else {
            throw .length(expected: Self.secretByteCount, given: given.count)
        }
        Sodium.start()
        var publicBytes = [UInt8](repeating: 0, count: EphemeralPublicKey.byteCount)
        _ = unsafe crypto_scalarmult_curve25519_base(&publicBytes, given)
        publicKey = EphemeralPublicKey(Bytes32(exactly: publicBytes))
        secret = unsafe SecretBytes(count: Self.secretByteCount) { memory in
            for index in given.indices { unsafe memory[index] = given[index] }
        }
    }

    /// The secret shared with the owner of `other`.
    ///
    /// - Throws: ``CryptoFault/unusableEphemeralKey`` if `other` is not canonical or the result is zero,
    ///   which all
    ///   points of low order give: whoever sends one knows the secret without knowing any key.
    public consuming func sharedSecret(with other: EphemeralPublicKey) throws(CryptoFault) -> SharedSecret {
        guard other.isCanonical else { throw .unusableEphemeralKey }
        var isUsable = false
        let shared = unsafe SecretBytes(count: SharedSecret.byteCount) { memory in
            unsafe isUsable = secret.withBytes { own in
                unsafe crypto_scalarmult_curve25519(memory, own, other.bytes) == 0
            }
        }
        guard isUsable else { throw .unusableEphemeralKey }
        return SharedSecret(shared)
    }
}
