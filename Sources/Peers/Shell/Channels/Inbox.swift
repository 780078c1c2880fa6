import ConclavePeersCore
import ConclavePrimitives
import ConclaveRuntime
import ConclaveTransport

/// One channel's inbox, between the links that fill it and the task that reads it. The link takes the lock
/// once per run of messages, the application once per turn.
final class Inbox: Sendable {
    private struct State {
        var lanes: InboxLanes
        var tally = AdapterTally()
        var adapters: [SubchannelInbox] = []
        var waiter: SuspendedTask?
        var isClosed = false
    }

    private let memory: NodeMemory
    private let state: Lock<State>

    /// - Parameters:
    ///   - messagesMax, bytesMax: what each peer's lane holds at most.
    ///   - quantum: bytes that a lane is served in its turn; at least the largest message.
    init(
        messagesMax: Int, bytesMax: Int, quantum: Int, overflow: ChannelOptions.Overflow, memory: NodeMemory
    ) {
        self.memory = memory
        state = Lock(
            State(
                lanes: InboxLanes(
                    messagesMax: messagesMax, bytesMax: bytesMax, quantum: quantum, overflow: overflow,
                    memory: memory)))
    }

    // MARK: Links, on their executors

    /// The peer's lane, for a link that opens.
    func openLane(for peer: PeerID, owner: any LaneOwner) -> (place: Int, isPaused: Bool) {
        state.withLock { $0.lanes.open(for: peer, owner: owner) }
    }

    /// The link has ended: what waits is still delivered.
    func closeLane(_ place: Int, owner: any LaneOwner) {
        state.withLock { $0.lanes.close(place, owner: owner) }
    }

    /// Begins to load a lane that something is about to be put into.
    func loadAhead(_ place: Int) {
        state.withLock { $0.lanes.loadAhead(place) }
    }

    func offer(_ batch: consuming Batch, lane place: Int, owner: any LaneOwner) -> InboxLanes.Answer {
        var offered: Batch? = consume batch
        let (answer, waiter) = state.withLock { state -> (InboxLanes.Answer, SuspendedTask?) in
            guard let batch = offered.take() else { return (.dropped(0), nil) }
            guard !state.isClosed else { return (.dropped(batch.count), nil) }
            return (state.lanes.offer(batch, lane: place, owner: owner), state.waiter.take())
        }
        waiter?.resume()
        return answer
    }

    // MARK: The application, one task

    /// Waits until something is there, and puts it into `batches`. Leaves them empty when the inbox is closed
    /// or the task cancelled.
    @inline(__always)
    func next(into batches: inout [Batch], isolation: isolated (any Actor)? = #isolation) async {
        batches.removeAll(keepingCapacity: true)
        while true {
            let isOver = take(into: &batches)
            if !batches.isEmpty || isOver || Task.isCancelled { return }
            let note = WaitNote.begin(.message)
            defer { note?.end() }
            await withTaskCancellationHandler {
                // Isolated as the caller is, so that being woken costs one job and not two.
                _ = isolation
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

    /// Messages handed to the application, and those that wait, in an adapter too.
    var counts: (delivered: UInt64, queued: Int) {
        let books = books
        return (books.delivered, books.queued)
    }

    /// What became of the messages that were put into this inbox.
    var books: InboxBooks {
        state.withLock { InboxBooks($0.lanes.delivered, waiting: $0.lanes.waiting, $0.tally) }
    }

    /// Bytes of memory that pinned messages hold in the lanes, those of adapters included.
    var held: Int {
        let (own, adapters) = state.withLock { ($0.lanes.held, $0.adapters) }
        return adapters.reduce(own) { $0 + $1.held }
    }

    /// A sub-channel takes messages out of this inbox and keeps them in lanes of its own.
    func add(_ adapter: SubchannelInbox) {
        state.withLock { $0.adapters.append(adapter) }
    }

    var adapterCount: Int { state.withLock { $0.adapters.count } }

    /// An adapter tells what became of messages that it was handed.
    func note(_ change: (inout AdapterTally) -> Void) {
        state.withLock { change(&$0.tally) }
    }

    /// What adapters need for queues of their own.
    var nodeMemory: NodeMemory { memory }

    /// Moves what waits to `batches`, and says whether nothing will ever come.
    private func take(into batches: inout [Batch]) -> Bool {
        var taken: [Batch] = []
        swap(&taken, &batches)
        let (relief, isOver) = state.withLock { state -> (InboxLanes.Relief, Bool) in
            let relief = state.lanes.take(into: &taken)
            return (relief, state.isClosed && state.lanes.isEmpty)
        }
        swap(&taken, &batches)
        memory.budget.give(relief.surplus)
        for owner in relief.resumed { owner.resume() }
        return isOver
    }

    private func park(_ task: SuspendedTask) {
        let goOn = state.withLock { state in
            if !state.lanes.isEmpty || state.isClosed || Task.isCancelled { return true }  // I9
            precondition(state.waiter == nil, "an inbox has one reader at a time")
            state.waiter = task
            return false
        }
        if goOn { task.resume() }
    }

    private func wake() {
        let waiter = state.withLock { $0.waiter.take() }
        waiter?.resume()
    }
}
