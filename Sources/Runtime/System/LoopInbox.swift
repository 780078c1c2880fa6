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
    /// The loop has ended: what is left now would stay for ever, and with it what it holds.
    var isEnded = false

    /// Moves everything into `other`, which is empty, and keeps its memory.
    mutating func move(into other: inout LoopInbox) {
        swap(&jobs, &other.jobs)
        swap(&clients, &other.clients)
        swap(&requests, &other.requests)
    }
}
