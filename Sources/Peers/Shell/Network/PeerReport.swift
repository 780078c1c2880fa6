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
    /// Where it is said to be; nil if nobody said.
    public let address: PeerAddress?
    /// The indices of the tracked sets that hold it, ascending.
    public let sets: [UInt64]
    /// The open link, if there is one.
    public let link: LinkReport?

    init(_ peer: TrackerCensus.Peer, own: PeerID, link: LinkReport?) {
        self.peer = peer.entry.peer
        role = peer.entry.role
        address = peer.entry.address
        sets = peer.entry.sets
        self.link = link
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
