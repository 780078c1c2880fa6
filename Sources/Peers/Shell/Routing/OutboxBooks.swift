import ConclavePrimitives

/// What one outbox accepted, by slot of the channel, and what it refused.
struct OutboxBooks: Sendable {
    /// Accepted on one channel.
    struct Slot: Sendable {
        var messages: UInt64 = 0, bytes: UInt64 = 0
    }

    private(set) var slots: ShortList<Slot>
    var queueFull: UInt64 = 0, limited: UInt64 = 0, overBudget: UInt64 = 0, notTaken: UInt64 = 0

    init(slots count: Int) {
        slots = ShortList(repeating: Slot(), count: count)
    }

    var acceptedMessages: UInt64 { slots.indices.reduce(0) { $0 + slots[$1].messages } }

    @inline(__always)
    mutating func accepted(_ bytes: Int, slot: Int) {
        slots[slot].messages += 1
        slots[slot].bytes += UInt64(bytes)
    }
}
