import ConclavePeersCore
import ConclavePrimitives

/// Everything that the Tracker knows, at one moment.
struct TrackerCensus: Sendable {
    /// A tracked peer, and where a connection with it stands.
    struct Peer: Sendable {
        let entry: DirectoryEntry
        let state: ReservationState
    }

    /// The links that hold their peer, by key.
    let links: [Link]
    /// What went through the links that have ended.
    let past: PastTraffic
    /// Messages for tracked peers without a link.
    let missed: SortedArray<PeerID, UInt64>
    /// Every tracked peer, ourselves included if a set holds us, by key.
    let peers: [Peer]
    let blocks: BlockCounts
    /// Known addresses that were replaced by others.
    let addressUpdates: UInt64
}
