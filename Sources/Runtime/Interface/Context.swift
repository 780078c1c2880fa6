public import ConclavePrimitives
public import ConclaveTelemetry

/// The one value an actor receives: where it runs, what time it is, whom it can reach, and the scope in which
/// it may start tasks.
///
/// Scopes form a tree. Cancelling goes down, a parent has ended only after everything below it, and a child
/// that fails is treated as its ``FailurePolicy`` says. Nothing in a scope outlives ``shutdown()``.
public struct Context: Sendable {
    /// Path in the tree of scopes, such as `validator/peers/dialer`.
    public let name: String
    /// Where this scope's tasks run unless ``spawn(_:on:deadline:onFailure:_:)`` says otherwise.
    public let executor: any RuntimeExecutor
    /// What it has in common with all contexts of its node. By reference, because every task on the way down
    /// the tree keeps a context or two: at 300 bytes each they were a tenth of what an idle link takes.
    private var surroundings: Surroundings
    /// Zero, which no scope has, for a scope that was asked for when its parent was shutting down.
    private let scope: Scope.Number

    /// All executors of the node, to place links on.
    public var executors: [any RuntimeExecutor] { surroundings.executors }

    public var clock: any RuntimeClock {
        get { surroundings.clock }
        set { surroundings = surroundings.copy { $0.clock = newValue } }
    }

    public var network: any Network {
        get { surroundings.network }
        set { surroundings = surroundings.copy { $0.network = newValue } }
    }

    /// What outlives the process.
    public var storage: any Storage {
        get { surroundings.storage }
        set { surroundings = surroundings.copy { $0.storage = newValue } }
    }

    public var entropy: any Entropy {
        get { surroundings.entropy }
        set { surroundings = surroundings.copy { $0.entropy = newValue } }
    }

    /// Marks its lines with ``name``.
    public var log: Log { surroundings.log.scoped(name) }

    /// The figures of the node, the same for every scope of it.
    public var metrics: Metrics { surroundings.metrics }

    /// What all who live in one body of the runtime share.
    package var commons: Commons { surroundings.commons }

    var keeper: ScopeKeeper { surroundings.keeper }

    /// A root with a tree of its own, for the bodies of the runtime. `executors` must not be empty.
    package init(
        root name: String, executors: [any RuntimeExecutor], clock: any RuntimeClock,
        network: any Network, storage: any Storage, entropy: any Entropy, log: Log, starter: any TaskStarter,
        metrics: Metrics = Metrics(), commons: Commons = Commons()
    ) {
        precondition(!executors.isEmpty, "a context needs an executor")
        self.name = name
        self.executor = executors[0]
        let keeper = ScopeKeeper(starter: starter)
        surroundings = Surroundings(
            executors: executors, clock: clock, network: network, storage: storage, entropy: entropy,
            log: log, metrics: metrics, commons: commons, keeper: keeper)
        keeper.show(in: metrics)
        scope = keeper.add(name, below: nil, at: clock.now)?.number ?? 0
    }

    private init(_ other: Context, scope: Scope.Number, name: String, executor: any RuntimeExecutor) {
        self.name = name
        self.executor = executor
        self.scope = scope
        surroundings = other.surroundings
    }

    /// This context for the scope `number`.
    func placed(in number: Scope.Number, named name: String, on executor: any RuntimeExecutor) -> Context {
        Context(self, scope: number, name: name, executor: executor)
    }

    // MARK: Scopes and tasks

    /// A scope below this one that has no task of its own. A failure in it that no policy stops is this
    /// scope's.
    public func scope(_ name: String, on executor: (any RuntimeExecutor)? = nil) -> Context {
        let added = keeper.add(name, below: scope, at: clock.now)
        let path = added?.path ?? self.name + "/" + name
        return placed(in: added?.number ?? 0, named: path, on: executor ?? self.executor)
    }

    /// Starts a task below this scope: the only way tasks start. In a scope that is shutting down, `body`
    /// never runs.
    ///
    /// - Parameters:
    ///   - executor: where the body runs and stays, and where its own children run; this scope's if nil.
    ///   - deadline: when the child is cancelled if it has not ended by then.
    ///   - policy: what follows when the body, or something below it, throws.
    ///   - body: given a context of its own below this one.
    @discardableResult
    public func spawn(
        _ name: String, on executor: (any RuntimeExecutor)? = nil, deadline: Instant? = nil,
        onFailure policy: FailurePolicy = .stopParent,
        _ body: @escaping @Sendable (Context) async throws -> Void
    ) -> Child {
        let executor = executor ?? self.executor
        let attempt = ScopeAttempt(policy: policy, executor: executor, spawner: self) { context in
            guard let deadline else { return try await body(context) }
            try await Deadline.run(until: deadline, in: context, body)
        }
        return Child(keeper.spawn(name, below: scope, attempt), attempt)
    }

    /// Starts a task that is a root beside this one, for the bodies of the runtime. What fails in it and is
    /// not treated there is only reported.
    package func spawnRoot(
        _ name: String,
        _ body: @escaping @Sendable (Context) async throws -> Void
    ) -> Child {
        let attempt = ScopeAttempt(policy: .stopParent, executor: executor, spawner: self, body: body)
        return Child(keeper.spawn(name, below: nil, attempt), attempt)
    }

    /// Cancels everything in this scope and below it, the scope's own task included, without waiting.
    public func cancel() {
        keeper.stop(scope, at: clock.now)
    }

    /// Cancels everything in this scope and below it and waits until all of it has ended, even if the caller
    /// is cancelled meanwhile. Never call it from a task of this scope or below, which would wait for itself.
    public func shutdown() async {
        cancel()
        await keeper.ended(scope)
    }

    /// Whether this scope takes no new tasks: it was cancelled, has failed or has ended.
    public var isShuttingDown: Bool { !keeper.isOpen(scope) }

    /// Tasks in this scope and below that have not ended.
    public var liveTasks: Int { keeper.live(scope) }

    /// This scope and those below it, one a line, for people.
    public func tree() -> String { keeper.drawing(of: scope) }

    // MARK: Time

    /// Waits for `duration`. Throws as soon as the task is cancelled.
    public func sleep(for duration: Duration) async throws(Cancelled) {
        try await sleep(until: clock.now.advanced(by: duration))
    }

    /// Waits until `instant`. Throws as soon as the task is cancelled.
    public func sleep(until instant: Instant) async throws(Cancelled) {
        guard !Task.isCancelled else { throw Cancelled() }
        let sleeper = Sleeper()
        let alarm = executor.setAlarm(at: instant, for: sleeper)
        let rang = await sleeper.reply.answer(ifCancelled: false) { executor.cancel(alarm) }
        guard rang else { throw Cancelled() }
    }
}
