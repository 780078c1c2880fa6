public import ConclavePeersCore

/// What the engine hears about links, in order.
public enum ConnectionEvent: Hashable, Sendable {
    /// A link is open: from now on `send` reaches this peer.
    case connected(PeerID, Direction)
    case disconnected(PeerID, CloseReason)
}
