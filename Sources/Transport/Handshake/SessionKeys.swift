public import ConclaveCryptography
public import ConclavePrimitives

/// What a completed handshake leaves: the peer, proved, and one key for each direction.
@frozen
public struct SessionKeys: ~Copyable, Sendable {
    /// Seals what we send.
    public var sealing: SealingKey
    /// Opens what we receive.
    public var opening: OpeningKey
    /// Who is on the other side.
    public let peer: PublicKey
    /// When the peer took its part in the handshake, by its own clock: the time of its Syn or of its SynAck.
    /// Of two connections to one peer the one with the later time is the newer.
    public let peerTime: WallTime
    /// What both sides speak from here on; the transcript vouches for it.
    public let profile: WireProfile
}
