import ConclavePeersCore
import ConclavePrimitives
import ConclaveRuntime
import ConclaveTransport

/// One channel's inbox: a bounded lane per peer, served in fair turn, taken in batches.
///
/// The link takes the lock once per read, the application once per batch.
final class Inbox: Sendable {
    /// Bytes a lane is served before the next has its turn.
    private static let quantum = 65_536

    private struct State {
        var lanes: [InboxLane] = []
        var places: [PeerID: Int] = [:]
        var vacant: [Int] = []
        /// Lanes with something waiting, in order of service; those before `served` have had their turn.
        var turns: [Int] = []
        var served = 0
        var waiter: SuspendedTask?
        var isClosed = false
        var delivered: UInt64 = 0

        var hasWaiting: Bool { served < turns.count }
    }

    private let messagesMax: Int
    private let bytesMax: Int
    private let overflow: ChannelOptions.Overflow
    private let state = Lock(State())

    /// `messagesMax`, `bytesMax`: what each peer's lane holds at most.
    init(messagesMax: Int, bytesMax: Int, overflow: ChannelOptions.Overflow) {
        self.messagesMax = messagesMax
        self.bytesMax = bytesMax
        self.overflow = overflow
    }

    /// What the link must do after an offer.
    enum Answer {
        case taken
        /// The lane has become full: do not read on before ``LaneOwner/resume()``.
        case pause
        /// The lane was full: so many messages were dropped.
        case dropped(Int)
    }

    // MARK: Links, on their executors

    /// The peer's lane, for a link that opens. A lane that still holds messages of an earlier link goes on.
    func openLane(for peer: PeerID, owner: any LaneOwner) -> Int {
        state.withLock { state in
            let place = state.places[peer] ?? state.vacant.popLast() ?? state.lanes.count
            if place == state.lanes.count { state.lanes.append(InboxLane(peer: peer)) }
            if state.places[peer] == nil { state.lanes[place] = InboxLane(peer: peer) }
            state.places[peer] = place
            state.lanes[place].owner = owner
            return place
        }
    }

    /// The link has ended: what waits is still delivered, then the lane is given up.
    func closeLane(_ place: Int, owner: any LaneOwner) {
        state.withLock { state in
            guard state.lanes[place].owner === owner else { return }
            state.lanes[place].owner = nil
            state.lanes[place].isPaused = false
            if state.lanes[place].isEmpty { giveUp(place, &state) }
        }
    }

    func offer(_ batch: Batch, lane place: Int) -> Answer {
        let (answer, waiter) = state.withLock { state -> (Answer, SuspendedTask?) in
            let isFull =
                state.lanes[place].messages + batch.count > messagesMax
                || state.lanes[place].bytes + batch.pinnedBytes > bytesMax
            // A lane that pauses takes what was read already: dropping it would lose what the option promises to keep.
            if state.isClosed || (isFull && overflow == .dropNewest) { return (.dropped(batch.count), nil) }
            if state.lanes[place].isEmpty { state.turns.append(place) }
            state.lanes[place].append(batch)
            let pauses = isFull && !state.lanes[place].isPaused
            if pauses { state.lanes[place].isPaused = true }
            return (pauses ? .pause : .taken, state.waiter.take())
        }
        waiter?.resume()
        return answer
    }

    // MARK: The application, any task

    /// Waits until something is there, then serves every waiting lane up to its quantum. Leaves `batches` empty when the
    /// inbox is closed or the task cancelled.
    func next(into batches: inout [Batch]) async {
        batches.removeAll(keepingCapacity: true)
        while true {
            for owner in take(into: &batches) { owner.resume() }
            if !batches.isEmpty || Task.isCancelled || state.withLock({ $0.isClosed && !$0.hasWaiting }) {
                return
            }
            await withTaskCancellationHandler {
                await unsafe withUnsafeContinuation { unsafe park(SuspendedTask($0)) }
            } onCancel: {
                wake()
            }
        }
    }

    /// Accepts nothing more; what was accepted can still be read.
    func close() {
        state.withLock { $0.isClosed = true }
        wake()
    }

    /// Messages handed to the application, and those that wait.
    var counts: (delivered: UInt64, queued: Int) {
        state.withLock { state in (state.delivered, state.lanes.reduce(0) { $0 + $1.messages }) }
    }

    private func park(_ task: SuspendedTask) {
        let goOn = state.withLock { state in
            if state.hasWaiting || state.isClosed || Task.isCancelled { return true }
            state.waiter = task
            return false
        }
        if goOn { task.resume() }
    }

    private func wake() {
        let waiter = state.withLock { $0.waiter.take() }
        waiter?.resume()
    }

    private func take(into batches: inout [Batch]) -> [any LaneOwner] {
        var taken: [Batch] = []
        swap(&taken, &batches)
        defer { swap(&taken, &batches) }
        return state.withLock { state in
            var resumed: [any LaneOwner] = []
            for _ in state.served..<state.turns.count {
                let place = state.turns[state.served]
                state.served += 1
                serve(place, &state, &taken, &resumed)
            }
            if state.served > 1_024 || state.served == state.turns.count {
                state.turns.removeFirst(state.served)
                state.served = 0
            }
            return resumed
        }
    }

    private func serve(
        _ place: Int, _ state: inout State, _ batches: inout [Batch], _ resumed: inout [any LaneOwner]
    ) {
        var served = 0
        while served < Self.quantum, let batch = state.lanes[place].takeFirst() {
            served += batch.byteCount
            state.delivered += UInt64(batch.count)
            batches.append(batch)
        }
        if state.lanes[place].isPaused, state.lanes[place].bytes <= bytesMax / 2,
            state.lanes[place].messages <= messagesMax / 2, let owner = state.lanes[place].owner
        {
            state.lanes[place].isPaused = false
            resumed.append(owner)
        }
        if !state.lanes[place].isEmpty {
            state.turns.append(place)
        } else if state.lanes[place].owner == nil {
            giveUp(place, &state)
        }
    }

    private func giveUp(_ place: Int, _ state: inout State) {
        state.places[state.lanes[place].peer] = nil
        state.vacant.append(place)
    }
}
