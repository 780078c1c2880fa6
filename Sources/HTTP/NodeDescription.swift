public import ConclavePeersCore

/// What a node says of itself, beside what its peer layer has seen.
public struct NodeDescription: Hashable, Sendable {
    public let key: PeerID
    /// The network's namespace.
    public let namespace: String
    /// The wire profile that it dials in: `commonware` or `native`.
    public let wire: String

    public init(key: PeerID, namespace: String, wire: String) {
        self.key = key
        self.namespace = namespace
        self.wire = wire
    }

    /// The version of this package.
    public static let version = conclaveVersion
}
