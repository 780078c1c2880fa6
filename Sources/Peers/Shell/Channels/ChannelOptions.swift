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

    /// Whether messages may travel compressed. Only in the native profile, and only what gets shorter.
    public enum Compression: Hashable, Sendable {
        /// The default: how short a message gets tells whoever watches something of what is in it, and an
        /// attacker who may put words beside a secret can find it out that way (CRIME, BREACH).
        case off
        /// LZ4: for what is public anyway and long, such as blocks.
        case lz4
    }

    /// Messages that wait in each peer's lane at most; `1...1_048_576`.
    public let backlog: Int
    /// Messages a second that each peer may send us, and we it; nil for no limit but the link's own.
    public let messagesPerSecond: Int?
    /// Bytes a second that each peer may send us, and we it; nil for no limit but the link's own. A message
    /// counts 20 bytes more than it has, about its frame, so that empty ones are not free. A second's worth
    /// may come at once, and one message of the largest size if that is more.
    public let bytesPerSecond: Int?
    public let overflow: Overflow
    /// Whether messages may travel compressed, to and from peers that allow it too.
    public let compression: Compression

    /// - Throws: ``ChannelFault`` naming the value that is out of range.
    public init(
        backlog: Int = 1_024, messagesPerSecond: Int? = nil, bytesPerSecond: Int? = nil,
        overflow: Overflow = .dropNewest, compression: Compression = .off
    ) throws(ChannelFault) {
        guard (1...1_048_576).contains(backlog) else { throw .backlogOutOfRange(backlog) }
        if let messagesPerSecond, !(1...1_000_000_000).contains(messagesPerSecond) {
            throw .quotaOutOfRange(messagesPerSecond)
        }
        if let bytesPerSecond, !(1...1_000_000_000_000).contains(bytesPerSecond) {
            throw .byteQuotaOutOfRange(bytesPerSecond)
        }
        self.backlog = backlog
        self.messagesPerSecond = messagesPerSecond
        self.bytesPerSecond = bytesPerSecond
        self.overflow = overflow
        self.compression = compression
    }
}
