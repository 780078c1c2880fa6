/// Messages that were not delivered, by reason: every one is counted once, under one of these.
public struct Undelivered: Hashable, Sendable {
    /// Refused by ``Sender/send(_:to:priority:)``: the outbox was full, a quota used up, or no link open, be
    /// the peer known or not.
    public internal(set) var queueFull: UInt64 = 0, limited: UInt64 = 0, notConnected: UInt64 = 0
    /// Refused by it, because the peer has no such channel or takes no message so large on it.
    public internal(set) var notTaken: UInt64 = 0
    /// Received, but the peer's lane was full.
    public internal(set) var laneFull: UInt64 = 0
    /// Refused on sending or dropped on receiving, because the node's memory budget was used up.
    public internal(set) var overBudget: UInt64 = 0
    /// Received and taken, but a typed channel or a multiplexer could make nothing of it.
    public internal(set) var undecodable: UInt64 = 0
    /// Accepted, but the link ended before it was written.
    public internal(set) var shutdown: UInt64 = 0

    public init() {}

    /// Every reason by the name that metrics have, which never changes, in a fixed order.
    public var byReason: [(reason: String, count: UInt64)] {
        [
            ("queue_full", queueFull), ("limited", limited), ("not_connected", notConnected),
            ("not_taken", notTaken), ("lane_full", laneFull), ("over_budget", overBudget),
            ("undecodable", undecodable),
            ("shutdown", shutdown),
        ]
    }

    static func += (left: inout Undelivered, right: Undelivered) {
        left.queueFull += right.queueFull
        left.limited += right.limited
        left.notConnected += right.notConnected
        left.notTaken += right.notTaken
        left.laneFull += right.laneFull
        left.overBudget += right.overBudget
        left.undecodable += right.undecodable
        left.shutdown += right.shutdown
    }
}
