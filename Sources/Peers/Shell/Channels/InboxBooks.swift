/// What adapters made of messages that an inbox handed to them.
struct AdapterTally: Sendable {
    /// Messages that wait in the adapter.
    var waiting = 0
    /// Messages that mean nothing, did not fit a full lane of the adapter, or were above the node's budget.
    var undecodable: UInt64 = 0, laneFull: UInt64 = 0, overBudget: UInt64 = 0
}

/// What became of the messages that were put into one inbox.
struct InboxBooks: Sendable {
    /// Handed to the application, and waiting for it.
    let delivered: UInt64, queued: Int
    let undecodable: UInt64, laneFull: UInt64, overBudget: UInt64

    init(_ handedOut: UInt64, waiting: Int, _ tally: AdapterTally) {
        let lost = tally.undecodable + tally.laneFull + tally.overBudget
        delivered = handedOut - lost - UInt64(tally.waiting)
        queued = waiting + tally.waiting
        (undecodable, laneFull, overBudget) = (tally.undecodable, tally.laneFull, tally.overBudget)
    }
}
