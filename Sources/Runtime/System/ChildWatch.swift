import CConclaveSystem
import ConclavePrimitives
import ConclaveRuntime
import Glibc

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
        if file == nil { killAndReap() }
    }

    func send(_ signal: Signal) {
        loop.perform { [self] in
            if !isReaped { _ = conclave_kill_group(process, signal.rawValue) }
        }
    }

    func exit() async throws(Cancelled) -> ChildProcess.Exit {
        let reply = Reply<ChildProcess.Exit?>()
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
        let exit = await withTaskCancellationHandler {
            await reply.answer()
        } onCancel: {
            reply.tell(nil)
        }
        guard let exit else { throw Cancelled() }
        return exit
    }

    // MARK: EventSource

    func ready(_ events: PollEvents) {
        var code: Int32 = 0, signal: Int32 = 0
        let reaped = unsafe conclave_reap(process, &code, &signal)
        guard reaped != 0 else { return }
        ended(reaped < 0 || signal == 0 ? .code(code) : .signal(signal))
    }

    func abandoned() {
        killAndReap()
    }

    private func killAndReap() {
        guard !isReaped else { return }
        _ = conclave_kill_group(process, SIGKILL)
        var code: Int32 = 0, signal: Int32 = 0
        while unsafe conclave_reap(process, &code, &signal) == 0 { conclave_yield() }
        ended(.signal(SIGKILL))
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
