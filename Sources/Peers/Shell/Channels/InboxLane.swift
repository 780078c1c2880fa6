import ConclavePeersCore
import ConclavePrimitives
import ConclaveTransport

/// Whoever fills a lane: the peer's link.
package protocol LaneOwner: AnyObject, Sendable {
    /// Of two links to one peer the later one has the larger number.
    var generation: UInt64 { get }
    /// The lane has room again. From any thread.
    func resume()
}

/// What waits from one peer on one channel.
struct InboxLane {
    // What every message touches comes first, and lies in three cache lines.
    /// The link that fills it; nil once that has ended.
    var owner: (any LaneOwner)?
    /// Why its owner does not read, if it does not.
    var pause = Pause.none
    /// Messages that wait, and the memory they pin: a byte may pin a whole read.
    private(set) var messages = 0, bytes = 0
    /// Names the memory of the newest batch that waits, which that batch keeps alive.
    private var newest: ObjectIdentifier?
    private var memory: QueueMemory
    /// The first may be what is left of one that was handed out in part.
    private var batches = RingBuffer<Batch>()
    let peer: PeerID

    enum Pause {
        case none
        case full
        /// It took more than its floor while the node's budget was used up.
        case overBudget
    }

    init(peer: PeerID, memory: QueueMemory) {
        self.peer = peer
        self.memory = memory
    }

    var isEmpty: Bool { messages == 0 }

    /// What the lane has of its floor and the node's budget: the memory that is pinned, and the places in
    /// the queue, which outweigh it when every message comes on its own.
    var held: Int { memory.held }

    /// Memory of a batch's place. A queue that grows has twice the places it needs.
    private static let placeBytes = 2 * MemoryLayout<Batch?>.stride

    /// How many messages of `batch` there is room for; nil unless `owner` fills this lane. An empty lane
    /// takes a message of any size: one that is as large as the network allows may pin more than a lane's
    /// bytes.
    ///
    /// Mutating, although it changes nothing, so that the lane is looked at where it lies and not copied.
    mutating func room(
        for batch: borrowing Batch, of owner: any LaneOwner, messagesMax: Int, bytesMax: Int
    ) -> Int? {
        guard self.owner === owner else { return nil }
        guard isEmpty || bytes + pinned(by: batch) <= bytesMax else { return 0 }  // I5
        return max(0, messagesMax - messages)
    }

    /// Memory that `batch` would pin, if what waits does not pin it already.
    @inline(__always)
    private func pinned(by batch: borrowing Batch) -> Int {
        batch.memoryName == newest ? 0 : batch.pinnedBytes
    }

    /// False, and nothing has changed, if it is above the floor and the node's budget is used up.
    mutating func append(_ batch: consuming Batch) -> Bool {
        guard memory.take(pinned(by: batch) + Self.placeBytes) else { return false }
        put(batch)
        return true
    }

    /// Appends it in any case. Says whether it was within floor and budget.
    mutating func appendRegardless(_ batch: consuming Batch) -> Bool {
        let isWithin = memory.takeRegardless(pinned(by: batch) + Self.placeBytes)
        put(batch)
        return isWithin
    }

    private mutating func put(_ batch: consuming Batch) {
        bytes += pinned(by: batch)
        newest = batch.memoryName
        messages += batch.count
        batches.append(batch)  // I3
    }

    /// The next messages, of one batch, until they cost `limit` or more.
    ///
    /// - Parameter surplus: grows by what goes back to the budget.
    mutating func takeFirst(costing limit: Int, surplus: inout Int) -> Batch? {
        // A single message is not even looked at: that would copy its batch.
        if messages > 1, let first = batches.first, first.isDivisible(at: limit),
            case (let batch, let rest?) = first.split(costing: limit)
        {
            // The rest keeps the memory, and the place is not free before it has gone too.
            batches.replaceFirst(by: rest)
            messages -= batch.count
            return batch
        }
        guard let whole = batches.popFirst() else { return nil }
        messages -= whole.count
        release(whole, &surplus)
        return whole
    }

    /// Neighbours in one read are charged once, until the last of them has gone.
    private mutating func release(_ batch: borrowing Batch, _ surplus: inout Int) {
        var unpinned = batch.pinnedBytes
        if batches.isEmpty {
            newest = nil
            batches.shrink(above: 64)
        } else if batches.first?.memoryName == batch.memoryName {
            unpinned = 0
        }
        bytes -= unpinned
        surplus += memory.release(unpinned + Self.placeBytes)
    }
}
