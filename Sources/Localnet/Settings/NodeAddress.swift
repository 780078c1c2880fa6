public import ConclaveCodec
public import ConclaveCryptography
public import ConclavePeersCore

/// A node, and where its operator says that it is dialled.
public struct NodeAddress: Hashable, Sendable, CustomStringConvertible {
    public let peer: PeerID
    public let ingress: Ingress

    /// Reads a key in hex, an at sign, and an address with a port; nil if `word` is anything else.
    public init?(_ word: String) {
        let parts = word.split(separator: "@", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2, let key = Hex.bytes(parts[0]).flatMap({ PublicKey($0) }),
            let ingress = try? Ingress(parts[1]), ingress.port > 0
        else { return nil }
        (peer, self.ingress) = (key, ingress)
    }

    public var description: String { "\(peer)@\(ingress)" }
}
