import ConclavePrimitives

/// What is needed to start a child, and to start it again.
final class ScopeAttempt: Sendable {
    let policy: FailurePolicy
    let executor: any RuntimeExecutor
    /// The context that spawned; the child's differs by name, executor and scope.
    let spawner: Context
    let body: @Sendable (Context) async throws -> Void
    /// Why the child ended for good, once it has; nil if it did not fail.
    let failure = Lock<(any Error)?>(nil)
    /// What the task waits for.
    let note = WaitNote()

    init(
        policy: FailurePolicy, executor: any RuntimeExecutor, spawner: Context,
        body: @escaping @Sendable (Context) async throws -> Void
    ) {
        self.policy = policy
        self.executor = executor
        self.spawner = spawner
        self.body = body
    }
}

/// One start of a child.
struct ScopeLaunch {
    let number: Scope.Number
    let path: String
    let attempt: ScopeAttempt
    /// Counts the starts of this child, so that a late word about an earlier one is recognised.
    let ordinal: Int
    let pause: Duration
}

/// What was done about a failure.
enum ScopeVerdict {
    case ignored, restarted, stopped
}
