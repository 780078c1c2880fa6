/// What a node's peer layer has done and holds now.
public struct NetworkSnapshot: Sendable {
    /// The open links, by key.
    public let links: [LinkReport]
    /// What went through the links that have ended.
    public let past: LinkTally
    /// Messages handed to the application, and those that wait in inboxes.
    public let delivered: UInt64, waiting: Int
    /// Dials by outcome, and refused handshakes by reason, in the order of the names.
    public let dials: [(outcome: String, count: UInt64)]
    public let refusedHandshakes: [(reason: String, count: UInt64)]

    init(
        links: [LinkReport], past: LinkTally, inboxes: [(delivered: UInt64, queued: Int)],
        dials: [(String, UInt64)], refusedHandshakes: [(String, UInt64)]
    ) {
        self.links = links
        self.past = past
        delivered = inboxes.reduce(0) { $0 + $1.delivered }
        waiting = inboxes.reduce(0) { $0 + $1.queued }
        self.dials = dials.map { ($0.0, $0.1) }
        self.refusedHandshakes = refusedHandshakes.map { ($0.0, $0.1) }
    }

    /// What went through all links, open and ended.
    public var total: LinkTally {
        links.reduce(into: past) { $0 += $1.tally }
    }

    /// Messages that wait to be written.
    public var queuedMessages: Int { links.reduce(0) { $0 + $1.queuedMessages } }
}
