import ConclavePeersCore

/// What a node's peer layer has done and holds now.
public struct NetworkSnapshot: Sendable {
    /// Every tracked peer, this node included if a set holds it, by key.
    public let peers: [PeerReport]
    /// The open links, by key.
    public let links: [LinkReport]
    /// What went through the links that have ended.
    public let past: LinkTally
    /// Messages handed to the application, and those that wait in inboxes.
    public let delivered: UInt64, waiting: Int
    /// Dials by outcome, and refused handshakes by reason, in the order of the names; what never happened is
    /// missing.
    public let dials: [(outcome: String, count: UInt64)]
    public let refusedHandshakes: [(reason: String, count: UInt64)]
    /// Peers that a dial, a handshake or a link holds.
    public let reservations: Int
    /// Addresses of authorised peers that were replaced by others.
    public let addressUpdates: UInt64

    init(
        peers: [PeerReport], links: [LinkReport], census: TrackerCensus,
        inboxes: [(delivered: UInt64, queued: Int)], dials: [(String, UInt64)],
        refusedHandshakes: [(String, UInt64)]
    ) {
        self.peers = peers
        self.links = links
        past = census.past
        delivered = inboxes.reduce(0) { $0 + $1.delivered }
        waiting = inboxes.reduce(0) { $0 + $1.queued }
        self.dials = dials.map { ($0.0, $0.1) }
        self.refusedHandshakes = refusedHandshakes.map { ($0.0, $0.1) }
        reservations = census.peers.count { $0.state != .inert }
        addressUpdates = census.addressUpdates
    }

    /// What went through all links, open and ended.
    public var total: LinkTally {
        links.reduce(into: past) { $0 += $1.tally }
    }

    /// Messages that wait to be written.
    public var queuedMessages: Int { links.reduce(0) { $0 + $1.queuedMessages } }
}
