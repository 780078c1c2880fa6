import ConclavePrimitives

/// A task that was spawned. Dropping this value changes nothing: the task belongs to its scope.
public final class Child: Sendable {
    /// Nil when the parent was shutting down and the body never ran.
    private let number: Scope.Number?
    private let attempt: ScopeAttempt

    init(_ number: Scope.Number?, _ attempt: ScopeAttempt) {
        self.number = number
        self.attempt = attempt
    }

    /// Whether the body runs or has run; false when the parent was shutting down.
    public var hasStarted: Bool { number != nil }

    /// Cancels the task and everything spawned below it. Returns at once; what ends because of it has not
    /// failed.
    public func cancel() {
        if let number { attempt.spawner.keeper.stop(number, at: attempt.spawner.clock.now) }
    }

    /// Waits until the task and everything below it have ended for good: restarts are part of its life. Waits
    /// on when the caller is cancelled, so cancel the child first.
    public func ended() async {
        if let number { await attempt.spawner.keeper.ended(number) }
    }

    /// Like ``ended()``, and says with which error the task failed, if it did. May be asked again later.
    public func failure() async -> (any Error)? {
        await ended()
        return attempt.failure.withLock { $0 }
    }
}
