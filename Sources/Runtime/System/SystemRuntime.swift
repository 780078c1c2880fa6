import CConclaveSystem
import ConclavePrimitives
public import ConclaveRuntime
public import ConclaveTelemetry

/// The runtime on the kernel: epoll loops with a thread each, TCP, the kernel's clocks and randomness.
///
/// A program's `main` makes one and calls ``run(_:_:)``. Afterwards no thread and no descriptor of it is
/// left. One that is dropped without ``run(_:_:)`` or ``shutdown()`` only stops its loops: tasks that wait
/// then wait for ever, with what they hold.
public final class SystemRuntime: Sendable {
    /// What ``run(_:_:)`` returns when its body throws or a failure below it reaches it.
    public static let failedCode: Int32 = 1

    private let loops: [EventLoop]
    private let network: SystemNetwork
    private let storage: SystemStorage?
    private let log: Log
    private let state: Lock<State>

    private struct State {
        var roots: [Context] = []
        /// Not joined yet.
        var threads: [Thread]
    }

    /// Starts the loops.
    ///
    /// - Parameters:
    ///   - count: threads that run actors and sockets, at least 1; one per core is best.
    ///   - spin: how long an idle loop looks for work before it sleeps. Zero saves power; 30 µs cuts a round
    ///   trip between two cores to a third and costs both of them.
    ///   - storage: what is kept; closed at the end, when all that was passed to it has been written. Nil for
    ///   a node that keeps nothing.
    public init(
        loops count: Int, spin: Duration = .zero, network: SystemNetwork = SystemNetwork(),
        storage: SystemStorage? = nil, log: Log
    ) throws(HostFailure) {
        precondition(count > 0, "a runtime has at least one loop")
        var loops: [EventLoop] = [], threads: [Thread] = []
        do throws(HostFailure) {
            for index in 0..<count {
                let loop = try EventLoop(name: "loop \(index)", spin: spin)
                threads.append(try Thread(loop.name) { loop.run() })
                loops.append(loop)
            }
        } catch {
            for loop in loops { loop.stop() }
            for thread in threads { thread.join() }
            throw error
        }
        self.loops = loops
        self.network = network
        self.storage = storage
        self.log = log
        state = Lock(State(threads: threads))
    }

    deinit {
        for loop in loops { loop.stop() }
        for thread in state.withLock({ exchange(&$0.threads, with: []) }) { thread.detach() }
        network.close()
        storage?.close()
    }

    /// A root of a scope tree of its own, on the first loop. ``shutdown()`` ends it.
    public func context(named name: String) -> Context {
        let context = Context(
            root: name, executors: loops, clock: SystemClock(), network: network,
            storage: storage ?? NoStorage(), entropy: SystemEntropy(), log: log, starter: SystemTaskStarter(),
            commons: Commons(giveBack: { conclave_give_memory_back() }))
        state.withLock { $0.roots.append(context) }
        return context
    }

    /// Cancels every scope, waits until all tasks have ended, then ends the loops and their threads. Not from
    /// a task of the runtime itself.
    public func shutdown() async {
        precondition(!loops.contains(where: \.isCurrent), "a runtime is not shut down by its own tasks")
        for root in state.withLock({ $0.roots }) { await root.shutdown() }
        stop()
        joinThreads()
    }

    /// Parks the calling thread, runs `body` as a task on the first loop, and when it has returned ends
    /// everything below it, then the loops and their threads. Ignores SIGPIPE in the whole process. Once, and
    /// last.
    ///
    /// - Returns: what `body` returned; ``failedCode`` if it threw or was stopped by a failure below it,
    ///   which is logged.
    public func run(
        _ name: String = "main",
        _ body: @escaping @Sendable (Context) async throws -> Int32
    ) -> Int32 {
        conclave_ignore_sigpipe()
        let exit = Lock(Self.failedCode)
        let program = context(named: name).spawnRoot(name) { context in
            let code = try await body(context)
            exit.withLock { $0 = code }
            if !context.isShuttingDown { context.cancel() }
        }
        // Outside all scopes, because it waits for them to end.
        _ = SystemTaskStarter().start("end", on: loops[0]) { [self] in
            if await program.failure() != nil { exit.withLock { $0 = Self.failedCode } }
            for root in state.withLock({ $0.roots }) { await root.shutdown() }
            stop()
        }
        joinThreads()
        return exit.withLock { $0 }
    }

    private func stop() {
        for loop in loops { loop.stop() }
    }

    private func joinThreads() {
        for thread in state.withLock({ exchange(&$0.threads, with: []) }) { thread.join() }
        network.close()
        storage?.close()
    }
}
