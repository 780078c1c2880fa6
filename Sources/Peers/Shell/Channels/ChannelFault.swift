/// A channel cannot be registered like this.
public enum ChannelFault: Error, Hashable, Sendable {
    /// Each number can be registered once.
    case registeredTwice(UInt64)
    /// A node has at most so many channels.
    case tooManyChannels(limit: Int)
    /// Channels are registered before the network starts.
    case startedAlready
    /// Not in `1...1_048_576` messages.
    case backlogOutOfRange(Int)
    /// Not in `1...1_000_000_000` messages a second.
    case quotaOutOfRange(Int)
    /// Not in `1...1_000_000_000_000` bytes a second.
    case byteQuotaOutOfRange(Int)
    /// A sub-channel's number is taken already, or there are 1,024 of them.
    case subchannelTaken(UInt64)
}
