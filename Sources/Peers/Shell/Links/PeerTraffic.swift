public import ConclavePeersCore
import ConclavePrimitives

/// What went to and came from one peer, over all its links.
public struct PeerTraffic: Sendable {
    public let peer: PeerID
    /// One for each channel, in the order in which they were registered.
    public let channels: [ChannelTally]
}

/// What went through the links that have ended: in total, and peer by peer for those that are tracked.
struct PastTraffic: Sendable {
    private(set) var total = LinkTally()
    private var peers = SortedArray<PeerID, [ChannelTally]>()

    mutating func add(_ tally: LinkTally, of peer: PeerID) {
        total += tally
        var channels = peers[peer] ?? []
        channels += tally.channels
        if !channels.isEmpty { peers[peer] = channels }
    }

    /// Forgets who is tracked no more, so that this has the bound that the peer sets have. `tracked` is in
    /// ascending order.
    mutating func keep(_ tracked: [PeerID]) {
        var kept = SortedArray<PeerID, [ChannelTally]>()
        for peer in tracked { kept[peer] = peers[peer] }
        peers = kept
    }

    /// All links of each peer together, in ascending order.
    func traffic(with links: [LinkReport]) -> [PeerTraffic] {
        var all = peers
        for link in links {
            var channels = all[link.peer] ?? []
            channels += link.tally.channels
            all[link.peer] = channels
        }
        return all.map { PeerTraffic(peer: $0.key, channels: $0.value) }
    }
}
