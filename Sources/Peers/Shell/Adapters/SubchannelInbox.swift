import ConclavePeersCore
import ConclavePrimitives
import ConclaveRuntime
import ConclaveTransport

/// One sub-channel's inbox, between the multiplexer's task that fills it and the task that reads it.
final class SubchannelInbox: Sendable {
    private struct State {
        var lanes: SubchannelLanes
        var reader: SuspendedTask?
        /// The multiplexer, while a sub-channel that loses nothing has no room.
        var writer: Writer?
        var isClosed = false

        /// Whether the multiplexer may try again: the lane is half empty, or empty if memory was missing.
        func mayGoOn(_ writer: Writer) -> Bool {
            switch writer.obstacle {
            case .taken: true
            case .full: lanes.isHalfEmpty(for: writer.peer)
            case .overBudget: lanes.isEmpty(for: writer.peer)
            }
        }
    }

    private struct Writer {
        let task: SuspendedTask
        let peer: PeerID
        let obstacle: SubchannelLanes.Answer
    }

    private let overflow: ChannelOptions.Overflow
    private let inbox: Inbox
    private let state: Lock<State>

    init(_ lanes: SubchannelLanes, overflow: ChannelOptions.Overflow, of inbox: Inbox) {
        self.overflow = overflow
        self.inbox = inbox
        state = Lock(State(lanes: lanes))
    }

    // MARK: The multiplexer

    /// Takes the message, or drops and counts it; waits for room if the sub-channel loses nothing.
    func put(_ message: Message, from peer: PeerID) async {
        while true {
            let answer = offer(message, from: peer)
            if answer == .taken { return }
            guard overflow == .pauseReading, !state.withLock({ $0.isClosed }), !Task.isCancelled else {
                return inbox.note { tally in
                    if answer == .overBudget { tally.overBudget += 1 } else { tally.laneFull += 1 }
                }
            }
            await waitForRoom(peer, after: answer)
        }
    }

    private func offer(_ message: Message, from peer: PeerID) -> SubchannelLanes.Answer {
        let (answer, reader) = state.withLock { state -> (SubchannelLanes.Answer, SuspendedTask?) in
            guard !state.isClosed else { return (.full, nil) }
            let answer = state.lanes.offer(message, from: peer, overflow)
            guard answer == .taken else { return (answer, nil) }
            inbox.note { $0.waiting += 1 }
            return (answer, state.reader.take())
        }
        reader?.resume()
        return answer
    }

    private func waitForRoom(_ peer: PeerID, after obstacle: SubchannelLanes.Answer) async {
        await withTaskCancellationHandler {
            await unsafe withUnsafeContinuation { continuation in
                let task = unsafe SuspendedTask(continuation)
                park(Writer(task: task, peer: peer, obstacle: obstacle))
            }
        } onCancel: {
            let writer = state.withLock { $0.writer.take() }
            writer?.task.resume()
        }
    }

    private func park(_ writer: Writer) {
        let goesOn = state.withLock { state in
            if state.isClosed || Task.isCancelled || state.mayGoOn(writer) { return true }
            state.writer = writer
            return false
        }
        if goesOn { writer.task.resume() }
    }

    /// Takes nothing more; what waits can still be read.
    func close() {
        let (reader, writer) = state.withLock { state in
            state.isClosed = true
            return (state.reader.take(), state.writer.take())
        }
        reader?.resume()
        writer?.task.resume()
    }

    // MARK: The application, one task

    /// The next message in fair turn; nil when the sub-channel is closed or the task cancelled.
    func next() async -> (peer: PeerID, message: Message)? {
        while true {
            let (taken, isOver) = take()
            if let taken { return taken }
            if isOver || Task.isCancelled { return nil }
            await withTaskCancellationHandler {
                await unsafe withUnsafeContinuation { unsafe park(reader: SuspendedTask($0)) }
            } onCancel: {
                let reader = state.withLock { $0.reader.take() }
                reader?.resume()
            }
        }
    }

    private func park(reader: SuspendedTask) {
        let goesOn = state.withLock { state in
            if !state.lanes.isEmpty || state.isClosed || Task.isCancelled { return true }
            precondition(state.reader == nil, "a sub-channel has one reader at a time")
            state.reader = reader
            return false
        }
        if goesOn { reader.resume() }
    }

    /// One message, and whether nothing will ever come.
    private func take() -> (taken: (peer: PeerID, message: Message)?, isOver: Bool) {
        let (taken, writer, isOver) = state.withLock { state in
            let taken = state.lanes.take()
            if taken != nil { inbox.note { $0.waiting -= 1 } }
            let writer = state.writer.flatMap { state.mayGoOn($0) ? $0 : nil }
            if writer != nil { state.writer = nil }
            return (taken, writer, state.isClosed)
        }
        guard let taken else { return (nil, isOver) }
        inbox.nodeMemory.budget.give(taken.surplus)
        writer?.task.resume()
        return ((taken.peer, taken.message), isOver)
    }

    /// Bytes of memory that pinned messages hold in the lanes.
    var held: Int { state.withLock { $0.lanes.held } }
}
