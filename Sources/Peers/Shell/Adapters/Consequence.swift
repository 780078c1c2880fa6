import ConclavePeersCore

/// What follows for a peer that sends what means nothing: bytes that do not decode, or an unknown
/// sub-channel. The message is dropped and counted as undecodable in any case.
public enum Consequence: Sendable {
    /// Nothing more: for networks in which versions differ.
    case drop
    /// Its link is closed; it may come back at once.
    case disconnect(Oracle)
    /// It is blocked, for the configured time if nil; never a third of a set's weight or more.
    case block(Oracle, for: Duration?)

    func befall(_ peer: PeerID) async {
        switch self {
        case .drop: break
        case .disconnect(let oracle): await oracle.disconnect(peer)
        case .block(let oracle, let duration): await oracle.block(peer, for: duration)
        }
    }
}
