import ConclavePeersCore

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
    /// Every tracked peer, ourselves included if a set holds us, by key.
    let peers: [Peer]
    /// Addresses of authorised peers that were replaced by others.
    let addressUpdates: UInt64
}
