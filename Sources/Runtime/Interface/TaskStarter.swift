/// Starts tasks: the one place of each body of the runtime where a task begins. Only the scope tree calls it.
public protocol TaskStarter: Sendable {
    /// Runs `work` as a task that stays on `executor`, with everything it starts in turn.
    func start(
        on executor: any RuntimeExecutor,
        _ work: @escaping @Sendable () async -> Void
    ) -> Task<Void, Never>
}
