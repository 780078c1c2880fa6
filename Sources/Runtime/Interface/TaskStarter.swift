/// Starts tasks: the one place of each body of the runtime where a task begins. Only the scope tree calls it.
public protocol TaskStarter: Sendable {
    /// Runs `work` as a task that stays on `executor`, with everything it starts in turn.
    ///
    /// - Parameter name: the path of its scope, for whoever looks at the task from outside.
    func start(
        _ name: String, on executor: any RuntimeExecutor,
        _ work: @escaping @Sendable () async -> Void
    ) -> Task<Void, Never>
}
