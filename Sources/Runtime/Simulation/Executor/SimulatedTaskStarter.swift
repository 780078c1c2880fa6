import ConclaveRuntime

/// The one place in the simulation where tasks begin (the style gate knows this file).
struct SimulatedTaskStarter: TaskStarter {
    func start(
        _ name: String, on executor: any RuntimeExecutor,
        _ work: @escaping @Sendable () async -> Void
    ) -> Task<Void, Never> {
        Task(name: name, executorPreference: executor, operation: work)
    }
}
