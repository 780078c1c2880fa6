import ConclavePeersCore
import ConclavePrimitives

/// Who is tracked, for senders that miss a recipient. Written by the Tracker alone.
final class Roster: Sendable {
    /// In ascending order.
    private let peers = Lock<[PeerID]>([])

    /// `tracked` is in ascending order.
    func replace(with tracked: [PeerID]) {
        peers.withLock { $0 = tracked }
    }

    var count: Int { peers.withLock { $0.count } }

    func holds(_ peer: PeerID) -> Bool {
        let peers = peers.withLock { $0 }
        var low = 0, high = peers.count
        while low < high {
            let middle = low + (high - low) / 2
            if peers[middle] < peer { low = middle + 1 } else { high = middle }
        }
        return low < peers.count && peers[low] == peer
    }
}
