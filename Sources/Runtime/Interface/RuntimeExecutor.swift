public import ConclavePrimitives

/// One thread's worth of ordered work: runs the jobs of the actors and tasks that live on it, the turns of
/// clients that have something waiting, and alarms. In production an epoll loop, in the simulation a seeded
/// queue.
///
/// Everything that belongs to one peer's link runs on one executor, so nothing on the data path hops.
public protocol RuntimeExecutor: SerialExecutor, TaskExecutor {
    /// Whether the caller is running on this executor.
    var isCurrent: Bool { get }

    /// Calls `client.turn()` once, after the jobs that are ready now. From any thread; costs no system call
    /// while the executor is awake. A client sees to it that it is scheduled only once until its turn comes.
    func schedule(_ client: any Turnable)

    /// Calls `client.woke(alarm:)` here at `instant` or soon after. From any thread.
    func setAlarm(at instant: Instant, for client: any Wakeable) -> Alarm

    /// Forgets an alarm; one that has rung or was cancelled before is ignored. From any thread; when called
    /// on this executor, the alarm does not ring afterwards.
    func cancel(_ alarm: Alarm)
}

/// Names one alarm of one executor.
public struct Alarm: Hashable, Sendable {
    public let number: UInt64

    public init(number: UInt64) {
        self.number = number
    }
}

/// Has work to do once per turn of its executor.
public protocol Turnable: AnyObject, Sendable {
    /// On the client's executor, after the jobs of the turn.
    func turn()
}

/// Waits for an alarm.
public protocol Wakeable: AnyObject, Sendable {
    /// On the executor that the alarm was set on.
    func woke(_ alarm: Alarm)
}
