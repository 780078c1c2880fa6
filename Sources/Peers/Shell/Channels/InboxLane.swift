import ConclavePeersCore
import ConclavePrimitives
import ConclaveTransport

/// Whoever fills a lane: the peer's link.
protocol LaneOwner: AnyObject, Sendable {
    /// Of two links to one peer the later one has the larger number.
    var generation: UInt64 { get }
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
    private var batches = RingBuffer<Batch>()

    init(peer: PeerID) {
        self.peer = peer
    }

    var isEmpty: Bool { batches.isEmpty }

    mutating func append(_ batch: Batch) {
        if !sharesMemory(batch, with: batches.last) { bytes += batch.pinnedBytes }
        batches.append(batch)  // I3
        messages += batch.count
    }

    mutating func takeFirst() -> Batch? {
        guard let batch = batches.popFirst() else { return nil }
        messages -= batch.count
        // Neighbours in one read are charged once, until the last of them has gone.
        if !sharesMemory(batch, with: batches.first) { bytes -= batch.pinnedBytes }
        batches.shrink(above: 64)
        return batch
    }

    private func sharesMemory(_ batch: Batch, with neighbour: Batch?) -> Bool {
        neighbour.map { batch.sharesMemory(with: $0) } ?? false
    }
}
