/// A task that waits for an alarm.
final class Sleeper: Wakeable {
    /// Told true when the alarm rings, false when the task is cancelled.
    let reply = Reply<Bool>(.alarm)

    func woke(_ alarm: Alarm) {
        reply.tell(true)
    }
}
