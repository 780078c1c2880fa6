package import ConclaveRuntime

/// Starts tasks on the executor that is named, such as one in the hands of a test.
package struct ManualTaskStarter: TaskStarter {
    package init() {}

    package func start(
        _ name: String, on executor: any RuntimeExecutor, _ work: @escaping @Sendable () async -> Void
    ) -> Task<Void, Never> {
        Task(name: name, executorPreference: executor, operation: work)
    }
}
