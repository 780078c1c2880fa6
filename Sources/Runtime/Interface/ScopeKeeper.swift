import ConclavePrimitives
import ConclaveTelemetry

/// Performs what the scope tree decides. One for all the contexts of a runtime.
final class ScopeKeeper: Sendable {
    private let tree = Lock(ScopeTree())
    private let starter: any TaskStarter

    init(starter: any TaskStarter) {
        self.starter = starter
    }

    /// A scope without a task; nil when `parent` is shutting down.
    func add(
        _ name: String, below parent: Scope.Number?,
        at now: Instant
    ) -> (number: Scope.Number, path: String)? {
        tree.withLock { $0.add(name, below: parent, attempt: nil, at: now) }
    }

    /// Starts a child; nil, and the body never runs, when `parent` is shutting down.
    func spawn(_ name: String, below parent: Scope.Number?, _ attempt: ScopeAttempt) -> Scope.Number? {
        let now = attempt.spawner.clock.now
        let launch = tree.withLock { tree in
            tree.add(name, below: parent, attempt: attempt, at: now).flatMap { tree.launch($0.number) }
        }
        if let launch { start(launch) }
        return launch?.number
    }

    func stop(_ number: Scope.Number, at now: Instant) {
        perform(tree.withLock { $0.stop(number, at: now) })
    }

    /// Waits until `number` has ended. Cancelling does not cut this short: whoever waits here relies on no
    /// task being left.
    func ended(_ number: Scope.Number) async {
        let reply = Reply<Void>(.end)
        perform(tree.withLock { $0.wait(for: number, reply) })
        await reply.answer()
    }

    func isOpen(_ number: Scope.Number) -> Bool { tree.withLock { $0.isOpen(number) } }
    func live(_ number: Scope.Number) -> Int { tree.withLock { $0.live(number) } }
    var census: ScopeCensus { tree.withLock { $0.census } }
    func drawing(of number: Scope.Number) -> String { tree.withLock { $0.drawing(of: number) } }

    /// Shows in `metrics` what the parts of the tree do.
    func show(in metrics: Metrics) {
        metrics.gauges(
            "conclave_tasks", "Tasks that have not ended, by the scope right below the root.", by: "scope"
        ) { self.census.parts.map { ($0.key, $0.value.tasks) } }
        metrics.counters(
            "conclave_task_restarts_total", "Tasks started again after a failure, by the same.", by: "scope"
        ) { self.census.parts.map { ($0.key, $0.value.restarts) } }
    }

    // MARK: Performing

    /// What `.release` carries ends at the latest when `actions` does, outside the lock.
    private func perform(_ actions: [ScopeTree.Action]) {
        for action in actions {
            switch action {
            case .release: break
            case .cancel(let task): task.cancel()
            case .tell(let reply): reply.tell(())
            case .start(let launch): start(launch)
            case .report(let path, let failure, let verdict, let attempt):
                report(failure, verdict, to: attempt.spawner.log.scoped(path))
            }
        }
    }

    private func start(_ launch: ScopeLaunch) {
        let executor = launch.attempt.executor
        let context = launch.attempt.spawner.placed(in: launch.number, named: launch.path, on: executor)
        // Without `[self]`: a closure with a list of captures is isolated to nobody, whoever calls it
        // (Swift 6.3), and what is isolated to nobody is queued again after each wait.
        // The note is bound outside for the same reason: a task inherits what is bound where it is made.
        let task = WaitNote.$current.withValue(launch.attempt.note) {
            starter.start(launch.path, on: executor) {
                let failure = await Self.outcome(of: launch, in: context)
                self.bodyEnded(launch, failure: failure, at: context.clock.now)
            }
        }
        perform(tree.withLock { $0.started(launch, as: task) })
    }

    private func bodyEnded(_ launch: ScopeLaunch, failure: (any Error)?, at now: Instant) {
        perform(tree.withLock { $0.bodyEnded(launch.number, failure: failure, at: now) })
    }

    private static func outcome(of launch: ScopeLaunch, in context: Context) async -> (any Error)? {
        do {
            if launch.pause > .zero { try await context.sleep(for: launch.pause) }
            try await launch.attempt.body(context)
            return nil
        } catch {
            return error
        }
    }

    private func report(_ failure: any Error, _ verdict: ScopeVerdict, to log: Log) {
        switch verdict {
        case .ignored: log.warning("failed, ignored", ["error": "\(failure)"])
        case .restarted: log.warning("failed, starts again", ["error": "\(failure)"])
        case .stopped: log.error("failed, stops its parent", ["error": "\(failure)"])
        }
    }
}
