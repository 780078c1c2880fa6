public import ConclavePeersCore
import ConclavePrimitives

/// What went to and came from one peer, over all its links.
public struct PeerTraffic: Sendable {
    public let peer: PeerID
    /// One for each channel, in the order in which they were registered; empty before its first link.
    public internal(set) var channels: [ChannelTally] = []
    /// Messages to and from it that were not delivered. What arrived and could not be decoded is counted for
    /// the node alone.
    public internal(set) var undelivered = Undelivered()
    /// Why its last link ended; nil before one has.
    public internal(set) var lastEnd: CloseReason?

    init(peer: PeerID) {
        self.peer = peer
    }

    mutating func add(_ tally: LinkTally) {
        channels += tally.channels
        undelivered += tally.undelivered
    }
}

/// What went through the links that have ended: in total, and peer by peer for those that are tracked.
struct PastTraffic: Sendable {
    private(set) var total = LinkTally()
    /// Links that have ended, by the name of the reason.
    private(set) var ends = SortedArray<String, UInt64>()
    private var peers = SortedArray<PeerID, PeerTraffic>()

    mutating func add(_ tally: LinkTally, of peer: PeerID, _ reason: CloseReason) {
        total += tally
        ends[reason.name] = (ends[reason.name] ?? 0) + 1
        var traffic = peers[peer] ?? PeerTraffic(peer: peer)
        traffic.add(tally)
        traffic.lastEnd = reason
        peers[peer] = traffic
    }

    /// Forgets who is tracked no more, so that this has the bound that the peer sets have. `tracked` is in
    /// ascending order.
    mutating func keep(_ tracked: [PeerID]) {
        var kept = SortedArray<PeerID, PeerTraffic>()
        for peer in tracked { kept[peer] = peers[peer] }
        peers = kept
    }

    /// All links of each peer together, and the messages that found none.
    func traffic(
        with links: SortedArray<PeerID, LinkReport>, missed: SortedArray<PeerID, UInt64>
    ) -> SortedArray<PeerID, PeerTraffic> {
        var all = peers
        for (peer, link) in links {
            var traffic = all[peer] ?? PeerTraffic(peer: peer)
            traffic.add(link.tally)
            all[peer] = traffic
        }
        for (peer, count) in missed {
            var traffic = all[peer] ?? PeerTraffic(peer: peer)
            traffic.undelivered.notConnected += count
            all[peer] = traffic
        }
        return all
    }
}
