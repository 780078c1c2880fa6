import ConclavePeersCore
import ConclaveTransport

/// Whoever fills a lane: the peer's link.
protocol LaneOwner: AnyObject, Sendable {
    /// The lane has room again. From any thread.
    func resume()
}

/// What waits from one peer on one channel.
struct InboxLane {
    let peer: PeerID
    /// The link that fills it; nil once that has ended.
    var owner: (any LaneOwner)?
    var isPaused = false
    /// Messages that wait, and the memory they pin: a byte may pin a whole read.
    private(set) var messages = 0, bytes = 0
    private var batches: [Batch] = []
    private var head = 0

    init(peer: PeerID) {
        self.peer = peer
    }

    var isEmpty: Bool { head == batches.count }

    mutating func append(_ batch: Batch) {
        batches.append(batch)
        messages += batch.count
        bytes += batch.pinnedBytes
    }

    mutating func takeFirst() -> Batch? {
        guard head < batches.count else { return nil }
        let batch = batches[head]
        head += 1
        messages -= batch.count
        bytes -= batch.pinnedBytes
        if head == batches.count {
            batches.removeAll(keepingCapacity: batches.count <= 64)
            head = 0
        }
        return batch
    }
}
