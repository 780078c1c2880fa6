public import ConclavePrimitives

/// Why a message was not accepted for one recipient.
public enum Refusal: Hashable, Sendable {
    /// No link to this peer is open.
    case notConnected
    /// The channel's quota for this peer is used up until then.
    case limited(until: Instant)
    /// The peer's outbox is full: it reads more slowly than we send.
    case queueFull
}
