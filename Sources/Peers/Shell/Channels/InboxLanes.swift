package import ConclavePeersCore
import ConclaveRuntime
package import ConclaveTransport

/// What waits in one inbox: a bounded lane per peer, served in fair turn by bytes. Holds no lock and wakes
/// nobody.
package struct InboxLanes {
    /// Batches handed out at once at most, so that a reader sees news of all peers soon.
    private static let batchesPerTake = 64

    /// What the link must do after an offer.
    package enum Answer: Equatable {
        case taken
        /// The lane has become full: do not read on before ``LaneOwner/resume()``.
        case pause
        /// The lane was full: so many messages, the newest of the batch, were dropped.
        case dropped(Int)
        /// The node's memory is used up: so many messages, the whole batch, were dropped.
        case overBudget(Int)
    }

    /// What handing out brought about, to be done without the inbox's lock.
    package struct Relief {
        /// Links that may read again.
        package var resumed: [any LaneOwner] = []
        /// Bytes that go back to the node's budget.
        package var surplus = 0
    }

    private let messagesMax: Int
    private let bytesMax: Int
    private let overflow: ChannelOptions.Overflow
    private let memory: NodeMemory
    private var turns: LaneTurns
    private var lanes: [InboxLane] = []
    private var places: [PeerID: Int] = [:]
    private var vacant: [Int] = []
    /// Messages handed out since the beginning, and those that wait.
    package private(set) var delivered: UInt64 = 0, waiting = 0

    package init(
        messagesMax: Int, bytesMax: Int, quantum: Int, overflow: ChannelOptions.Overflow, memory: NodeMemory
    ) {
        self.messagesMax = messagesMax
        self.bytesMax = bytesMax
        self.overflow = overflow
        self.memory = memory
        turns = LaneTurns(quantum: quantum)
    }

    package var isEmpty: Bool { turns.front == nil }

    // MARK: Links

    /// The peer's lane, for a link that opens. A lane that still holds messages of an earlier link goes on;
    /// if it was paused and is not half empty, the new link begins paused too, or each new link would bring
    /// one more read. Two links of one peer live on two executors, so the one that was replaced may open
    /// last: it gets nothing.
    package mutating func open(for peer: PeerID, owner: any LaneOwner) -> (place: Int, isPaused: Bool) {
        let place = places[peer] ?? vacate(for: peer)
        if let later = lanes[place].owner, later.generation > owner.generation { return (place, false) }
        lanes[place].owner = owner
        if overflow == .pauseReading, lanes[place].pause == .none, !isHalfEmpty(place) {
            lanes[place].pause = .full
        }
        return (place, lanes[place].pause != .none)
    }

    /// The link has ended: what waits is still delivered, then the lane is given up.
    package mutating func close(_ place: Int, owner: any LaneOwner) {
        guard lanes[place].owner === owner else { return }
        lanes[place].owner = nil
        if lanes[place].isEmpty { giveUp(place) }
    }

    /// What an offer touches of a lane.
    private static let laneLines = 4

    /// Begins to load a lane that something is about to be put into. Mutating, although it changes nothing,
    /// so that all this is looked at where it lies.
    mutating func loadAhead(_ place: Int) {
        unsafe lanes.withUnsafeBufferPointer { lanes in
            guard place < lanes.count, let start = lanes.baseAddress else { return }
            unsafe MemoryHint(start + place).load(Self.laneLines)
        }
        unsafe MemoryHint(turns.memory(of: place)).load(1)
    }

    /// From the link that has the lane; what an earlier one of that peer still brings is dropped.
    package mutating func offer(
        _ batch: consuming Batch, lane place: Int, owner: any LaneOwner
    ) -> Answer {
        let count = batch.count
        guard
            let room = lanes[place].room(
                for: batch, of: owner, messagesMax: messagesMax, bytesMax: bytesMax)
        else { return .dropped(count) }
        switch overflow {
        case .dropNewest:
            guard room > 0 else { return .dropped(count) }
            if room < count { batch = batch.first(room) }
            let part = (count: batch.count, cost: batch.cost)
            guard lanes[place].append(batch) else { return .overBudget(count) }
            arrived(part.count, costing: part.cost, on: place)
            return room < count ? .dropped(count - room) : .taken
        case .pauseReading:
            // What was read already is taken: dropping it would lose what the option promises to keep.
            let cost = batch.cost
            let isWithinBudget = lanes[place].appendRegardless(batch)
            arrived(count, costing: cost, on: place)
            guard room < count || !isWithinBudget, lanes[place].pause == .none else { return .taken }
            lanes[place].pause = isWithinBudget ? .full : .overBudget
            return .pause
        }
    }

    private mutating func arrived(_ count: Int, costing cost: Int, on place: Int) {
        waiting += count
        turns.arrived(on: place, cost: cost)
    }

    // MARK: The application

    /// Hands out the next batches in fair turn, and ends with a turn that left its lane something: who sends
    /// meanwhile is served before that lane's next one. A lane that is the only one takes no turns, and where
    /// most are full turns are long: short ones would cost a third of the messages a second at 1 KiB.
    package mutating func take(into batches: inout [Batch]) -> Relief {
        var relief = Relief()
        var bytes = 0
        let open = lanes.count - vacant.count
        let isShared = open > 1
        while batches.count < Self.batchesPerTake, bytes < MemoryBound.bytesPerTake,
            let place = turns.front,
            let batch = lanes[place].takeFirst(
                costing: isShared ? turns.turn(of: open) : .max, surplus: &relief.surplus)
        {
            bytes += batch.pinnedBytes
            let isTurnOver = turns.took(cost: batch.cost)
            delivered += UInt64(batch.count)  // I4
            waiting -= batch.count
            batches.append(consume batch)
            if let owner = resumable(place) { relief.resumed.append(owner) }
            if lanes[place].isEmpty, lanes[place].owner == nil { giveUp(place) }
            if isTurnOver, isShared { break }
        }
        return relief
    }

    /// Bytes of memory that all lanes have of floors and budget.
    package var held: Int { lanes.reduce(0) { $0 + $1.held } }

    /// The link of a paused lane that may read again.
    private mutating func resumable(_ place: Int) -> (any LaneOwner)? {
        switch lanes[place].pause {
        case .none: return nil
        case .full: guard isHalfEmpty(place) else { return nil }
        // Half of what it may hold in any case, so that it goes on whatever the others do.
        case .overBudget: guard lanes[place].held <= memory.floorBytes / 2 else { return nil }
        }
        lanes[place].pause = .none
        return lanes[place].owner
    }

    private func isHalfEmpty(_ place: Int) -> Bool {
        lanes[place].bytes <= bytesMax / 2 && lanes[place].messages <= messagesMax / 2
    }

    private mutating func vacate(for peer: PeerID) -> Int {
        let place = vacant.popLast() ?? lanes.count
        if place == lanes.count {
            lanes.append(InboxLane(peer: peer, memory: memory.queue()))
        } else {
            lanes[place] = InboxLane(peer: peer, memory: memory.queue())
        }
        places[peer] = place
        return place
    }

    private mutating func giveUp(_ place: Int) {
        places[lanes[place].peer] = nil
        vacant.append(place)
    }
}
