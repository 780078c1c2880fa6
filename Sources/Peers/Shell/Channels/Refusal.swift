public import ConclavePrimitives

/// Why a message was not accepted for one recipient.
public enum Refusal: Hashable, Sendable {
    /// The peer is known, but no link to it is open.
    case notConnected
    /// No tracked set holds this key: it will not be connected either, unless a set comes that does.
    case unknown
    /// The channel's quota for this peer is used up until then.
    case limited(until: Instant)
    /// The peer's outbox is full: it reads more slowly than we send.
    case queueFull
    /// The peer has no such channel, or takes no message so large on it: it says so in the native profile.
    case notTaken
    /// The peer's outbox is above its floor, and the memory budget of the node is used up.
    case overBudget
}
