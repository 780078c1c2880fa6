import ConclaveRuntime

/// The one place in production where tasks begin (the style gate knows this file).
struct SystemTaskStarter: TaskStarter {
    func start(
        on executor: any RuntimeExecutor,
        _ work: @escaping @Sendable () async -> Void
    ) -> Task<Void, Never> {
        Task(executorPreference: executor, operation: work)
    }
}
