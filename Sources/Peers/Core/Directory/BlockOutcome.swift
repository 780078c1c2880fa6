public import ConclavePrimitives

/// What became of a wish to block a peer.
public enum BlockOutcome: Hashable, Sendable {
    /// The peer is refused until then; its link has to end.
    case blocked(until: Instant)
    /// Recorded, but not in force: with it, a third of some tracked set's weight or more would be blocked,
    /// which would halt the chain by itself. It comes into force when others expire or sets change, unless it
    /// expires first.
    case aboveShare(until: Instant)
    /// It is blocked already, or it is ourselves, or the list is full.
    case unchanged
}

/// How many blocks there are.
public struct BlockCounts: Hashable, Sendable {
    /// Peers that are refused now.
    public let inForce: Int
    /// Blocks that are recorded but have no room yet.
    public let waiting: Int
    /// How often a block had no room when it was asked for, ever.
    public let refused: UInt64

    package init(inForce: Int, waiting: Int, refused: UInt64) {
        self.inForce = inForce
        self.waiting = waiting
        self.refused = refused
    }
}
