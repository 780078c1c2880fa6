import ConclavePeersCore
import ConclaveTransport

/// What waits on one sub-channel: a bounded lane per peer, served in fair turn by bytes, like ``InboxLanes``
/// for the whole channel. Holds no lock and wakes nobody.
struct SubchannelLanes {
    enum Answer: Equatable {
        case taken
        /// The peer's lane has no room.
        case full
        /// The node's memory budget is used up.
        case overBudget
    }

    private let messagesMax: Int
    private let bytesMax: Int
    private let memory: NodeMemory
    private var turns: LaneTurns
    private var lanes: [SubchannelLane] = []
    private var places: [PeerID: Int] = [:]
    private var vacant: [Int] = []

    init(messagesMax: Int, bytesMax: Int, quantum: Int, memory: NodeMemory) {
        self.messagesMax = messagesMax
        self.bytesMax = bytesMax
        self.memory = memory
        turns = LaneTurns(quantum: quantum)
    }

    var isEmpty: Bool { turns.front == nil }

    /// Takes a message if there is room. An empty lane takes a message of any size, as long as the node has
    /// memory; of a sub-channel that loses nothing, even if it has not, or nothing would ever be read again.
    mutating func offer(
        _ message: Message, from peer: PeerID, _ overflow: ChannelOptions.Overflow
    ) -> Answer {
        let place = places[peer] ?? vacate(for: peer)
        let lane = lanes[place]
        let isEmpty = lane.messages == 0
        defer { if lanes[place].messages == 0 { giveUp(place) } }
        guard isEmpty || lane.bytes + lane.pinned(by: message) <= bytesMax, lane.messages < messagesMax else {
            return .full
        }
        if isEmpty, overflow == .pauseReading {
            lanes[place].appendRegardless(message)
        } else if !lanes[place].append(message) {
            return .overBudget
        }
        turns.arrived(on: place, cost: message.count + Batch.frameBytes)
        return .taken
    }

    func isHalfEmpty(for peer: PeerID) -> Bool {
        guard let place = places[peer] else { return true }
        return lanes[place].messages <= messagesMax / 2 && lanes[place].bytes <= bytesMax / 2
    }

    func isEmpty(for peer: PeerID) -> Bool { places[peer] == nil }

    /// The next message in fair turn, and what goes back to the budget with it.
    mutating func take() -> (peer: PeerID, message: Message, surplus: Int)? {
        var surplus = 0
        guard let place = turns.front, let message = lanes[place].takeFirst(surplus: &surplus) else {
            return nil
        }
        turns.took(cost: message.count + Batch.frameBytes)
        let peer = lanes[place].peer
        if lanes[place].messages == 0 { giveUp(place) }
        return (peer, message, surplus)
    }

    /// Bytes of memory that all lanes have of floors and budget.
    var held: Int { lanes.reduce(0) { $0 + $1.held } }

    private mutating func vacate(for peer: PeerID) -> Int {
        let lane = SubchannelLane(peer: peer, memory: memory.queue())
        let place = vacant.popLast() ?? lanes.count
        if place == lanes.count { lanes.append(lane) } else { lanes[place] = lane }
        places[peer] = place
        return place
    }

    private mutating func giveUp(_ place: Int) {
        places[lanes[place].peer] = nil
        vacant.append(place)
    }
}
