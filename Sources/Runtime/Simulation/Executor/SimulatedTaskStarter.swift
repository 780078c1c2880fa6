import ConclaveRuntime

/// The one place in the simulation where tasks begin (the style gate knows this file).
struct SimulatedTaskStarter: TaskStarter {
    func start(
        _ name: String, on executor: any RuntimeExecutor,
        _ work: @escaping @Sendable () async -> Void
    ) -> Task<Void, Never> {
        let home = TaskHome(executor)
        return Task(name: name, executorPreference: executor) { await home.run(work) }
    }

    /// Begins the task that gives the clients of `executor` their turns, until the executor is cleared.
    static func startRounds(on executor: SimulatedExecutor) {
        let home = TaskHome(executor)
        Task(name: "rounds of \(executor.name)", executorPreference: executor) {
            await home.run { while await executor.nextRound() { executor.runRound() } }
        }
    }
}

/// Where a task lives: an actor without state, so that the task's code, which is isolated to whoever calls
/// it, stays on its executor. Code that is isolated to nobody is queued again after each wait.
private actor TaskHome {
    private nonisolated let executor: any RuntimeExecutor

    nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe executor.asUnownedSerialExecutor() }

    init(_ executor: any RuntimeExecutor) {
        self.executor = executor
    }

    func run(_ work: nonisolated(nonsending) @Sendable () async -> Void) async {
        await work()
    }
}
