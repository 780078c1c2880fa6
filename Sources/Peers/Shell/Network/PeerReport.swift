public import ConclaveCodec
public import ConclavePeersCore

/// Where we stand with a tracked peer.
public enum PeerState: String, Hashable, Sendable, CaseIterable {
    /// It is this node itself.
    case own
    case connected
    /// A dial or a handshake is under way.
    case connecting
    case disconnected
    /// Refused until its block ends.
    case blocked
}

/// One tracked peer, as people see it.
public struct PeerReport: Sendable {
    public let peer: PeerID
    public let role: PeerRole
    public let state: PeerState
    /// Where the engine said that it is; nil in discovery.
    public let address: PeerAddress?
    /// Where it would be dialled now, as far as that is known.
    public let ingress: Ingress?
    /// Its weight as a primary member of the newest set; 0 for any other.
    public let weight: UInt64
    /// The indices of the tracked sets that hold it, ascending.
    public let sets: [UInt64]
    /// The open link, if there is one.
    public let link: LinkReport?
    /// Messages to and from it that were not delivered, over all its links; see ``PeerTraffic/undelivered``.
    public let undelivered: Undelivered
    /// Why its last link ended; nil before one has.
    public let lastEnd: CloseReason?

    init(_ peer: TrackerCensus.Peer, own: PeerID, link: LinkReport?, traffic: PeerTraffic?) {
        self.peer = peer.entry.peer
        role = peer.entry.role
        address = peer.entry.address
        ingress = peer.entry.ingress
        weight = peer.entry.weight
        sets = peer.entry.sets
        self.link = link
        undelivered = traffic?.undelivered ?? Undelivered()
        lastEnd = traffic?.lastEnd
        state =
            if self.peer == own {
                .own
            } else if peer.entry.isBlocked {
                .blocked
            } else {
                switch peer.state {
                case .inert: .disconnected
                case .connecting, .shaking, .starting: .connecting
                case .active: .connected
                }
            }
    }
}
