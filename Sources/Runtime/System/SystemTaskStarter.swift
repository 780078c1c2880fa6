import ConclaveRuntime

/// The one place in production where tasks begin (the style gate knows this file).
struct SystemTaskStarter: TaskStarter {
    func start(
        _ name: String, on executor: any RuntimeExecutor,
        _ work: @escaping @Sendable () async -> Void
    ) -> Task<Void, Never> {
        Task(name: name, executorPreference: executor, operation: work)
    }
}
