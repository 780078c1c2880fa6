import ConclavePeersCore
import ConclaveTransport

/// What waits in one inbox: a bounded lane per peer, served in fair turn by bytes. Holds no lock and wakes
/// nobody.
struct InboxLanes {
    /// Batches handed out at once at most, so that a reader sees news of all peers soon.
    private static let batchesPerTake = 64

    /// What the link must do after an offer.
    enum Answer: Equatable {
        case taken
        /// The lane has become full: do not read on before ``LaneOwner/resume()``.
        case pause
        /// The lane was full: so many messages, the newest of the batch, were dropped.
        case dropped(Int)
    }

    private let messagesMax: Int
    private let bytesMax: Int
    private let overflow: ChannelOptions.Overflow
    private var turns: LaneTurns
    private var lanes: [InboxLane] = []
    private var places: [PeerID: Int] = [:]
    private var vacant: [Int] = []
    /// Messages handed out since the beginning, and those that wait.
    private(set) var delivered: UInt64 = 0, waiting = 0

    init(messagesMax: Int, bytesMax: Int, quantum: Int, overflow: ChannelOptions.Overflow) {
        self.messagesMax = messagesMax
        self.bytesMax = bytesMax
        self.overflow = overflow
        turns = LaneTurns(quantum: quantum)
    }

    var isEmpty: Bool { turns.front == nil }

    // MARK: Links

    /// The peer's lane, for a link that opens. A lane that still holds messages of an earlier link goes on;
    /// if it was paused and is not half empty, the new link begins paused too, or each new link would bring
    /// one more read. Two links of one peer live on two executors, so the one that was replaced may open
    /// last: it gets nothing.
    mutating func open(for peer: PeerID, owner: any LaneOwner) -> (place: Int, isPaused: Bool) {
        let place = places[peer] ?? vacate(for: peer)
        if let later = lanes[place].owner, later.generation > owner.generation { return (place, false) }
        lanes[place].owner = owner
        lanes[place].isPaused = overflow == .pauseReading && !isHalfEmpty(place)
        return (place, lanes[place].isPaused)
    }

    /// The link has ended: what waits is still delivered, then the lane is given up.
    mutating func close(_ place: Int, owner: any LaneOwner) {
        guard lanes[place].owner === owner else { return }
        lanes[place].owner = nil
        if lanes[place].isEmpty { giveUp(place) }
    }

    /// From the link that has the lane; what an earlier one of that peer still brings is dropped.
    mutating func offer(_ batch: Batch, lane place: Int, owner: any LaneOwner) -> Answer {
        guard lanes[place].owner === owner else { return .dropped(batch.count) }
        let room = room(for: batch, in: lanes[place])
        guard room < batch.count else {
            append(batch, to: place)
            return .taken
        }
        switch overflow {
        case .dropNewest:
            if room > 0 { append(batch.first(room), to: place) }
            return .dropped(batch.count - room)
        case .pauseReading:
            // What was read already is taken: dropping it would lose what the option promises to keep.
            append(batch, to: place)
            guard !lanes[place].isPaused else { return .taken }
            lanes[place].isPaused = true
            return .pause
        }
    }

    private mutating func append(_ batch: Batch, to place: Int) {
        lanes[place].append(batch)
        waiting += batch.count
        turns.arrived(on: place, cost: batch.byteCount)
    }

    /// How many messages of `batch` the lane has room for. An empty lane takes a message of any size: one
    /// that is as large as the network allows may pin more than a lane's bytes.
    private func room(for batch: Batch, in lane: InboxLane) -> Int {
        guard lane.isEmpty || lane.bytes + batch.pinnedBytes <= bytesMax else { return 0 }  // I5
        return max(0, messagesMax - lane.messages)
    }

    // MARK: The application

    /// Hands out the next batches in fair turn; returns the links that may read again.
    mutating func take(into batches: inout [Batch]) -> [any LaneOwner] {
        var resumed: [any LaneOwner] = []
        while batches.count < Self.batchesPerTake, let place = turns.front,
            let batch = lanes[place].takeFirst()
        {
            turns.took(cost: batch.byteCount)
            delivered += UInt64(batch.count)  // I4
            waiting -= batch.count
            batches.append(batch)
            if let owner = resumable(place) { resumed.append(owner) }
            if lanes[place].isEmpty, lanes[place].owner == nil { giveUp(place) }
        }
        return resumed
    }

    /// The link of a paused lane that is half empty now.
    private mutating func resumable(_ place: Int) -> (any LaneOwner)? {
        guard lanes[place].isPaused, isHalfEmpty(place) else { return nil }
        lanes[place].isPaused = false
        return lanes[place].owner
    }

    private func isHalfEmpty(_ place: Int) -> Bool {
        lanes[place].bytes <= bytesMax / 2 && lanes[place].messages <= messagesMax / 2
    }

    private mutating func vacate(for peer: PeerID) -> Int {
        let place = vacant.popLast() ?? lanes.count
        if place == lanes.count {
            lanes.append(InboxLane(peer: peer))
        } else {
            lanes[place] = InboxLane(peer: peer)
        }
        places[peer] = place
        return place
    }

    private mutating func giveUp(_ place: Int) {
        places[lanes[place].peer] = nil
        vacant.append(place)
    }
}
