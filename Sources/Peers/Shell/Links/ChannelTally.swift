/// What went to and came from one peer on one channel.
public struct ChannelTally: Hashable, Sendable {
    public let channel: UInt64
    /// Messages that `send` accepted, and their bytes.
    public internal(set) var sent: UInt64 = 0, sentBytes: UInt64 = 0
    /// Messages that arrived whole, and their bytes.
    public internal(set) var received: UInt64 = 0, receivedBytes: UInt64 = 0

    init(channel: UInt64) {
        self.channel = channel
    }

    static func += (left: inout ChannelTally, right: ChannelTally) {
        left.sent += right.sent
        left.sentBytes += right.sentBytes
        left.received += right.received
        left.receivedBytes += right.receivedBytes
    }
}

extension [ChannelTally] {
    /// Channel by channel: both lists are of one node, so they name the same channels, or none yet.
    static func += (left: inout [ChannelTally], right: [ChannelTally]) {
        if left.isEmpty {
            left = right
        } else {
            for (slot, tally) in right.enumerated() { left[slot] += tally }
        }
    }
}
