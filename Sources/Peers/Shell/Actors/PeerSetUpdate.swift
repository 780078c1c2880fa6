public import ConclavePeersCore

/// A peer set that was tracked, and everyone who is tracked now.
public struct PeerSetUpdate: Sendable {
    public let index: UInt64
    public let set: PeerSet
    /// The peers of all tracked sets, in ascending order.
    public let tracked: [PeerID]
}
