/// The caller asked for what no channel allows: nothing was queued for anyone.
public enum SendError: Error, Hashable, Sendable {
    /// The message is longer than the channel's limit; both in bytes.
    case messageTooLarge(bytes: Int, limit: Int)
    /// `control` is the peer layer's own priority.
    case reservedPriority
}
