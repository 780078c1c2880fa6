public import ConclavePeersCore
import ConclavePrimitives
public import ConclaveTransport

/// What a node's peer layer has done and holds now.
///
/// Every message is somewhere. Sending: ``offered`` = accepted + refused, and accepted = written + cut +
/// ``queuedMessages``. Receiving: received = ``delivered`` + ``waiting`` + what was dropped. What was not
/// delivered stands in ``undelivered``, each message under one reason.
public struct NetworkSnapshot: Sendable {
    /// Every tracked peer, this node included if a set holds it, by key.
    public let peers: [PeerReport]
    /// The open links, by key.
    public let links: [LinkReport]
    /// What went through the links that have ended.
    public let past: LinkTally
    /// What went to and came from each tracked or connected peer, in ascending order.
    public let traffic: [PeerTraffic]
    /// Messages handed to the application, and those that wait in inboxes.
    public let delivered: UInt64, waiting: Int
    /// Messages that were not delivered, by reason, since the start.
    public let undelivered: Undelivered
    /// Memory, in bytes: what waits in outboxes and lanes, what they have leased of the budget, the budget.
    public let heldBytes: Int, leasedBytes: Int, memoryBudget: Int
    /// Dials by outcome, and refused handshakes by reason, in the order of the names; what never happened is
    /// missing.
    public let dials: [(outcome: String, count: UInt64)]
    public let refusedHandshakes: [(reason: String, count: UInt64)]
    /// Links that have ended, by the name of the reason, in the order of the names.
    public let ends: [(reason: String, count: UInt64)]
    /// Peers that a dial, a handshake or a link holds.
    public let reservations: Int
    /// Blocks of the oracle.
    public let blocks: BlockCounts
    /// Known addresses of peers that were replaced by others: by the engine, or in discovery by themselves.
    public let addressUpdates: UInt64

    init(
        own: PeerID, links reports: SortedArray<PeerID, LinkReport>, census: TrackerCensus, inboxes: [Inbox],
        missed: UInt64,
        budget: (leased: Int, limit: Int), dials: [(String, UInt64)], refusedHandshakes: [(String, UInt64)]
    ) {
        let books = inboxes.map(\.books)
        let links = reports.map(\.value)
        let traffic = census.past.traffic(with: reports, missed: census.missed)
        peers = census.peers.map { peer in
            let key = peer.entry.peer
            return PeerReport(peer, own: own, link: reports[key], traffic: traffic[key])
        }
        self.links = links
        past = census.past.total
        self.traffic = traffic.map(\.value)
        delivered = books.reduce(0) { $0 + $1.delivered }
        waiting = books.reduce(0) { $0 + $1.queued }
        var undelivered = links.reduce(into: census.past.total.undelivered) { $0 += $1.tally.undelivered }
        undelivered.notConnected += missed
        for books in books {
            undelivered.undecodable += books.undecodable
            undelivered.laneFull += books.laneFull
            undelivered.overBudget += books.overBudget
        }
        self.undelivered = undelivered
        heldBytes = links.reduce(0) { $0 + $1.heldBytes } + inboxes.reduce(0) { $0 + $1.held }
        (leasedBytes, memoryBudget) = budget
        self.dials = dials.map { ($0.0, $0.1) }
        self.refusedHandshakes = refusedHandshakes.map { ($0.0, $0.1) }
        ends = census.past.ends.map { ($0.key, $0.value) }
        reservations = census.peers.count { $0.state != .inert }
        blocks = census.blocks
        addressUpdates = census.addressUpdates
    }

    /// What went through all links, open and ended.
    public var total: LinkTally {
        links.reduce(into: past) { $0 += $1.tally }
    }

    /// Messages that `send` was asked to deliver, one for each recipient.
    public var offered: UInt64 {
        let total = total
        return total.accepted + total.refusedFull + total.refusedLimited + total.refusedOverBudget
            + total.refusedNotTaken + undelivered.notConnected
    }

    /// Messages that wait to be written, and their bytes.
    public var queuedMessages: Int { links.reduce(0) { $0 + $1.queuedMessages } }
    public var queuedBytes: Int { links.reduce(0) { $0 + $1.queuedBytes } }

    /// How long messages waited in outboxes until they were sealed, over all links since the start.
    public var queueWait: QueueWait { total.queueWait }
}
