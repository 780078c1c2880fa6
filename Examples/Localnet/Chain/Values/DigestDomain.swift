import ConclaveCodec
import ConclaveCryptography

/// What a digest is of. Each has a key of its own, so that the same bytes in two places never have one
/// digest: what was hashed as a leaf cannot be shown as a branch.
struct DigestDomain: Sendable {
    static let transaction = DigestDomain("conclave chain 1 transaction")
    static let leaf = DigestDomain("conclave chain 1 account")
    static let branch = DigestDomain("conclave chain 1 branch")
    static let roster = DigestDomain("conclave chain 1 roster")
    static let state = DigestDomain("conclave chain 1 state")

    /// Keyed, and nothing taken in.
    private let keyed: BLAKE3

    private init(_ context: String) {
        keyed = BLAKE3(derivingKeyFor: context)
    }

    func digest(of bytes: [UInt8]) -> ChainDigest {
        var hash = keyed
        hash.update(bytes)
        // A digest has 32 bytes by BLAKE3's definition.
        return ChainDigest(hash.digest()) ?? .zero
    }

    func digest(of value: some WireValue) -> ChainDigest { digest(of: value.encoded) }
}
