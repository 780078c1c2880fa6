import CConclaveSystem
import ConclavePrimitives
import ConclaveRuntime

/// Waits for a child's end, and signals it while it lives. Both on the loop, because a number that was reaped
/// may belong to another process the next moment.
///
/// `@unchecked Sendable`: the stored variables belong to the loop, the waiting tasks are under the lock.
final class ChildWatch: EventSource, @unchecked Sendable {
    private enum State {
        case running(waiting: [Reply<ChildProcess.Exit?>])
        case ended(ChildProcess.Exit)
    }

    private let process: Int32
    private let descriptor: Int32
    private let loop: EventLoop
    private var file: WatchedFile?
    private var isReaped = false
    private let state = Lock(State.running(waiting: []))

    init(_ process: Int32, descriptor: Int32, on loop: EventLoop) {
        self.process = process
        self.descriptor = descriptor
        self.loop = loop
    }

    /// On the loop.
    func start() {
        file = WatchedFile(descriptor, owner: self, on: loop)
        if file == nil { abandoned() }
    }

    func send(_ signal: Signal) {
        loop.perform { [self] in
            if !isReaped { _ = conclave_kill_group(process, signal.rawValue) }
        }
    }

    func exit() async throws(Cancelled) -> ChildProcess.Exit {
        let reply = Reply<ChildProcess.Exit?>(.end)
        let known = state.withLock { state -> ChildProcess.Exit? in
            switch state {
            case .running(let waiting):
                state = .running(waiting: waiting + [reply])
                return nil
            case .ended(let exit):
                return exit
            }
        }
        if let known { return known }
        guard let exit = await reply.answer(ifCancelled: nil, giveUp: { forget(reply) }) else {
            throw Cancelled()
        }
        return exit
    }

    private func forget(_ reply: Reply<ChildProcess.Exit?>) {
        state.withLock { state in
            guard case .running(let waiting) = state else { return }
            state = .running(waiting: waiting.filter { $0 !== reply })
        }
    }

    // MARK: EventSource

    func ready(_ events: PollEvents) {
        if let exit = ChildProcess.Exit(reaping: process) { ended(exit) }
    }

    func abandoned() {
        if !isReaped { ended(ChildProcess.Exit(killing: process)) }
    }

    private func ended(_ exit: ChildProcess.Exit) {
        isReaped = true
        file?.close()
        file = nil
        let waiting = state.withLock { state -> [Reply<ChildProcess.Exit?>] in
            switch exchange(&state, with: .ended(exit)) {
            case .running(let waiting): return waiting
            case .ended: return []
            }
        }
        for reply in waiting { reply.tell(exit) }
    }
}
