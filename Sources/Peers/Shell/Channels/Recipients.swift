public import ConclavePeersCore

/// Whom a message is for, out of the peers that are connected.
public enum Recipients: Sendable {
    case all
    case one(PeerID)
    case some([PeerID])
    case allExcept(PeerID)
}
