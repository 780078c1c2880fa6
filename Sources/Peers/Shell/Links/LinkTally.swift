import ConclavePrimitives
public import ConclaveTransport

/// What went through one link, or through all that have ended. Counts messages of the application, not pings.
public struct LinkTally: Hashable, Sendable {
    /// Accepted by `send`, and written whole to the socket.
    public internal(set) var accepted: UInt64 = 0, written: UInt64 = 0
    /// Accepted, but the link ended before they were written.
    public internal(set) var cut: UInt64 = 0
    /// Received, and put into an inbox.
    public internal(set) var received: UInt64 = 0, queued: UInt64 = 0
    /// Received, but the peer's lane in the inbox was full.
    public internal(set) var laneFull: UInt64 = 0
    /// Received, but the node's memory budget was used up.
    public internal(set) var overBudget: UInt64 = 0
    /// Refused by `send`, although the link was open: outbox full, quota used up, memory budget used up.
    public internal(set) var refusedFull: UInt64 = 0, refusedLimited: UInt64 = 0
    public internal(set) var refusedOverBudget: UInt64 = 0
    /// Refused by `send`, because the peer takes no such message.
    public internal(set) var refusedNotTaken: UInt64 = 0
    /// Bytes of the application's messages received, and bytes of any kind written.
    public internal(set) var receivedBytes: UInt64 = 0, writtenBytes: UInt64 = 0
    /// How long messages waited until they were sealed.
    public internal(set) var queueWait = QueueWait()
    /// The same messages by channel, in the order of registration.
    public internal(set) var channels: [ChannelTally] = []

    /// What was not delivered because of this link.
    public var undelivered: Undelivered {
        var all = Undelivered()
        all.queueFull = refusedFull
        all.limited = refusedLimited
        all.laneFull = laneFull
        all.overBudget = overBudget + refusedOverBudget
        all.notTaken = refusedNotTaken
        all.shutdown = cut
        return all
    }

    mutating func accepted(_ books: OutboxBooks) {
        accepted = books.acceptedMessages
        refusedFull = books.queueFull
        refusedLimited = books.limited
        refusedOverBudget = books.overBudget
        refusedNotTaken = books.notTaken
        for slot in books.slots.indices {
            channels[slot].sent = books.slots[slot].messages
            channels[slot].sentBytes = books.slots[slot].bytes
        }
    }

    static func += (left: inout LinkTally, right: LinkTally) {
        left.accepted += right.accepted
        left.written += right.written
        left.cut += right.cut
        left.received += right.received
        left.queued += right.queued
        left.laneFull += right.laneFull
        left.overBudget += right.overBudget
        left.refusedFull += right.refusedFull
        left.refusedLimited += right.refusedLimited
        left.refusedOverBudget += right.refusedOverBudget
        left.refusedNotTaken += right.refusedNotTaken
        left.receivedBytes += right.receivedBytes
        left.writtenBytes += right.writtenBytes
        left.queueWait += right.queueWait
        left.channels += right.channels
    }
}
