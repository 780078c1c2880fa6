import ConclavePeersCore
import ConclavePrimitives
import ConclaveTransport

/// What waits from one peer on one sub-channel.
struct SubchannelLane {
    let peer: PeerID
    private var memory: QueueMemory
    private var waiting = RingBuffer<Message>()
    /// Memory that what waits pins: a byte may pin a whole read.
    private(set) var bytes = 0

    /// Memory of a message's place. A queue that grows has twice the places it needs.
    private static let placeBytes = 2 * MemoryLayout<Message?>.stride

    init(peer: PeerID, memory: QueueMemory) {
        self.peer = peer
        self.memory = memory
    }

    var messages: Int { waiting.count }
    /// What the lane has of its floor and the node's budget: pinned memory, and places in the queue.
    var held: Int { memory.held }

    /// Memory that `message` would pin, if what waits does not pin it already.
    func pinned(by message: Message) -> Int {
        sharesMemory(message, with: waiting.last) ? 0 : message.pinnedBytes
    }

    /// False, and nothing has changed, if it is above the floor and the node's budget is used up.
    mutating func append(_ message: Message) -> Bool {
        guard memory.take(pinned(by: message) + Self.placeBytes) else { return false }
        put(message)
        return true
    }

    /// Appends it whatever others have taken of the budget.
    mutating func appendRegardless(_ message: Message) {
        _ = memory.takeRegardless(pinned(by: message) + Self.placeBytes)
        put(message)
    }

    private mutating func put(_ message: Message) {
        bytes += pinned(by: message)
        waiting.append(message)
    }

    /// - Parameter surplus: grows by what goes back to the budget.
    mutating func takeFirst(surplus: inout Int) -> Message? {
        guard let message = waiting.popFirst() else { return nil }
        // Neighbours in one read are charged once, until the last of them has gone.
        let unpinned = sharesMemory(message, with: waiting.first) ? 0 : message.pinnedBytes
        bytes -= unpinned
        surplus += memory.release(unpinned + Self.placeBytes)
        waiting.shrink(above: 64)
        return message
    }

    private func sharesMemory(_ message: Message, with neighbour: Message?) -> Bool {
        neighbour.map { message.sharesMemory(with: $0) } ?? false
    }
}
