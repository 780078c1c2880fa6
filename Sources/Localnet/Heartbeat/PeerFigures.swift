public import ConclavePeersCore

/// What a validator knows of one peer, in the peer's present life (or its last one).
public struct PeerFigures: Hashable, Sendable {
    public let peer: PeerID
    public let isConnected: Bool
    /// The peer's life that the counts are about; nil while nothing was heard.
    public let incarnation: UInt64?
    /// Our heartbeats that were taken for the peer.
    public let accepted: Int
    /// The peer's heartbeats that arrived.
    public let heard: Int
    /// The peer's heartbeats that did not arrive between two that did, on one connection.
    public let missing: Int
    /// Smoothed; nil while nothing is known.
    public let roundTripMicroseconds: Int?

    public init(
        peer: PeerID, isConnected: Bool, incarnation: UInt64?, accepted: Int, heard: Int, missing: Int,
        roundTripMicroseconds: Int?
    ) {
        self.peer = peer
        self.isConnected = isConnected
        self.incarnation = incarnation
        self.accepted = accepted
        self.heard = heard
        self.missing = missing
        self.roundTripMicroseconds = roundTripMicroseconds
    }
}
