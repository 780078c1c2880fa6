import ConclavePeersCore

/// How one channel behaves. The quota is the same in both directions.
public struct ChannelOptions: Sendable {
    /// What happens to a message when its sender's lane in the inbox is full.
    public enum Overflow: Hashable, Sendable {
        /// It is dropped and counted, and no other channel notices: the default.
        case dropNewest
        /// The peer's link is not read until the lane is half empty. Loses nothing, but holds up every
        /// channel of that peer: for networks that carry one kind of traffic.
        case pauseReading
    }

    /// Messages that wait in each peer's lane at most; `1...1_048_576`.
    public let backlog: Int
    /// Messages a second that each peer may send us, and we it; nil for no limit but the link's own.
    public let messagesPerSecond: Int?
    public let overflow: Overflow

    /// - Throws: ``ChannelFault`` naming the value that is out of range.
    public init(
        backlog: Int = 1_024, messagesPerSecond: Int? = nil, overflow: Overflow = .dropNewest
    ) throws(ChannelFault) {
        guard (1...1_048_576).contains(backlog) else { throw .backlogOutOfRange(backlog) }
        if let messagesPerSecond, !(1...1_000_000_000).contains(messagesPerSecond) {
            throw .quotaOutOfRange(messagesPerSecond)
        }
        self.backlog = backlog
        self.messagesPerSecond = messagesPerSecond
        self.overflow = overflow
    }
}
