public import ConclaveCryptography

/// What a signature is for: one chain, and one use on it. Nothing that is signed for another chain counts.
public struct ChainIdentity: Hashable, Sendable {
    /// The hash of the genesis file.
    public let digest: ChainDigest
    let transactions: Namespace
    let contacts: Namespace

    /// - Parameter network: what every signature of the network begins with.
    public init(_ digest: ChainDigest, network: Namespace) {
        self.digest = digest
        transactions = network.appending("_TRANSACTION")
        contacts = network.appending("_CONTACT")
    }
}
