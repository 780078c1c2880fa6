import ConclavePrimitives
import ConclaveRuntime

/// What other threads leave for a loop.
struct LoopInbox {
    /// Kept in one order, because an alarm may be cancelled right after it was set.
    enum Request {
        case set(Alarm, at: Instant, for: any Wakeable)
        case cancel(Alarm)
        case perform(@Sendable () -> Void)
    }

    var jobs: [UnownedJob] = []
    var clients: [any Turnable] = []
    var requests: [Request] = []

    var isEmpty: Bool { jobs.isEmpty && clients.isEmpty && requests.isEmpty }
}
