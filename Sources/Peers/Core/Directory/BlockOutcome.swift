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
