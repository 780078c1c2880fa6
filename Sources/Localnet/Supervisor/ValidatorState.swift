public import ConclavePrimitives

/// What the supervisor knows of one validator.
public struct ValidatorState: Sendable {
    /// Where its process stands.
    public enum Process: Hashable, Sendable {
        case starting
        case running(since: Instant)
        /// It died and starts again at this instant.
        case waiting(until: Instant)
        case ended
    }

    public private(set) var process = Process.starting
    /// How many times it was started after it had died.
    public private(set) var restarts = 0
    /// The process's own word for this life of it; nil before it was ready.
    public private(set) var incarnation: UInt64?
    /// The last status line of this life.
    public private(set) var status: ValidatorStatus?
    /// Heartbeats a second since the status line before.
    public private(set) var sentPerSecond = 0.0, receivedPerSecond = 0.0
    /// The status line that rates are counted from.
    private var measured: ValidatorStatus?
    private(set) var wasEverReady = false
    private var nextDelay = SupervisionMachine.restartDelayMin

    public init() {}

    /// Whether it listens and takes part.
    public var isReady: Bool { incarnation != nil }

    var isAlive: Bool {
        switch process {
        case .starting, .running: true
        case .waiting, .ended: false
        }
    }

    var isQuiet: Bool { status?.isQuiet ?? !isReady }

    mutating func began(at now: Instant) {
        process = .running(since: now)
    }

    mutating func said(_ line: ValidatorLine, at now: Instant) {
        switch line {
        case .ready(_, _, _, let incarnation, _, _):
            self.incarnation = incarnation
            wasEverReady = true
        case .status(let next):
            measure(next)
            status = next
        case .connected, .disconnected, .chain, .summary: break
        }
    }

    /// Rates over a whole second or nearly so: status lines come closer together when a link ends.
    private mutating func measure(_ next: ValidatorStatus) {
        let last = measured ?? next
        let seconds = next.seconds - last.seconds
        if measured != nil, seconds < 0.5 { return }
        measured = next
        guard seconds > 0 else { return }
        sentPerSecond = Double(next.sent - last.sent) / seconds
        receivedPerSecond = Double(next.received - last.received) / seconds
    }

    mutating func ended(at now: Instant) {
        if case .running(let since) = process, since.duration(to: now) >= SupervisionMachine.steadyAfter {
            nextDelay = SupervisionMachine.restartDelayMin
        }
        process = .ended
        incarnation = nil
        measured = nil
        (sentPerSecond, receivedPerSecond) = (0, 0)
    }

    /// Plans the next life; returns when it begins.
    mutating func restart(at now: Instant) -> Instant {
        let at = now.advanced(by: nextDelay)
        nextDelay = min(nextDelay * 2, SupervisionMachine.restartDelayMax)
        process = .waiting(until: at)
        return at
    }

    func isDue(at now: Instant) -> Bool {
        if case .waiting(let until) = process { until <= now } else { false }
    }

    mutating func restarting() {
        process = .starting
        status = nil
        restarts += 1
    }

    /// There will be no next life.
    mutating func abandoned() {
        if case .waiting = process { process = .ended }
    }
}
