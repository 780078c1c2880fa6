/// A task that was spawned. Dropping this value changes nothing: the task belongs to its scope.
public final class Child: Sendable {
    /// Nil when the parent was shutting down and the body never ran.
    private let number: Scope.Number?
    private let spawner: Context

    init(_ number: Scope.Number?, spawner: Context) {
        self.number = number
        self.spawner = spawner
    }

    /// Cancels the task and everything spawned below it. Returns at once; what ends because of it has not
    /// failed.
    public func cancel() {
        if let number { spawner.keeper.stop(number, at: spawner.clock.now) }
    }

    /// Waits until the task and everything below it have ended for good: restarts are part of its life. Waits
    /// on when the caller is cancelled, so cancel the child first.
    public func ended() async {
        _ = await failure()
    }

    /// Like ``ended()``, and says with which error the task failed, if it did.
    public func failure() async -> (any Error)? {
        guard let number else { return nil }
        return await spawner.keeper.ended(number)
    }
}
