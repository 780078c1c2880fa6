public import ConclavePrimitives

/// Decides which validators of a localnet to start, when to start one again that died, and how to end.
///
/// Pure: what happened and when goes in, what to do comes out. ``Supervisor`` performs it on real processes.
public struct SupervisionMachine: Sendable {
    /// What happened.
    public enum Event: Hashable, Sendable {
        case started(Int)
        /// The process could not be started at all.
        case startFailed(Int)
        case said(Int, ValidatorLine)
        case ended(Int, ProcessEnd)
        /// The instant of a ``Action/wake(at:)`` came.
        case woke
        /// One that runs shall be killed, drawn by this number. None is while another is away: that is more
        /// than the chain promises to bear.
        case killAsked(UInt64)
        /// Somebody asked for the end: Ctrl-C, or the time is up. A second time it is at once.
        case stopAsked
    }

    /// What to do.
    public enum Action: Hashable, Sendable {
        case start(Int)
        /// Ask it to broadcast no more and to say what it heard.
        case silence(Int)
        /// Close its input: it ends by itself.
        case release(Int)
        case kill(Int)
        case wake(at: Instant)
        /// Nothing runs any more.
        case finish(Ending)
    }

    /// Why the localnet ended.
    public enum Ending: Hashable, Sendable {
        case asAsked
        /// A validator cannot run at all, and why is in its log: its index and exit code.
        case hopeless(Int, code: Int32)
    }

    private enum Phase {
        case running
        case silencing(until: Instant)
        case releasing(until: Instant)
        case killing
        case finished
    }

    /// What is known of each validator.
    public private(set) var validators: [ValidatorState]
    private var phase = Phase.running
    private var ending = Ending.asAsked

    /// Waited before the first restart; doubles up to ``restartDelayMax`` for one that keeps dying. Small, so
    /// that a validator is connected again within two seconds of its death.
    public static let restartDelayMin = Duration.milliseconds(100)
    public static let restartDelayMax = Duration.seconds(5)
    /// A life that lasts so long begins the delays anew.
    public static let steadyAfter = Duration.seconds(10)
    /// How long validators have to say their last counts, and then to end.
    public static let silenceTimeout = Duration.seconds(2)
    public static let releaseTimeout = Duration.seconds(3)

    public init(validators count: Int) {
        validators = Array(repeating: ValidatorState(), count: count)
    }

    /// What to do at first.
    public func begin() -> [Action] {
        validators.indices.map { .start($0) }
    }

    /// Takes one event and says what to do now, in order.
    public mutating func on(_ event: Event, at now: Instant) -> [Action] {
        switch event {
        case .started(let index):
            validators[index].began(at: now)
            return isRunning ? [] : [.release(index)]
        case .startFailed(let index): return died(index, .neverStarted, at: now)
        case .said(let index, let line):
            validators[index].said(line, at: now)
            return advance(at: now)
        case .ended(let index, let end): return died(index, end, at: now)
        case .woke: return woke(at: now)
        case .killAsked(let draw): return killOne(draw)
        case .stopAsked: return stopAsked(at: now)
        }
    }

    /// Whether the validators are being let go, so that what they say now is only their farewell.
    public var isLettingGo: Bool {
        switch phase {
        case .running, .silencing: false
        case .releasing, .killing, .finished: true
        }
    }

    private var isRunning: Bool { if case .running = phase { true } else { false } }

    private mutating func died(_ index: Int, _ end: ProcessEnd, at now: Instant) -> [Action] {
        let wasEverReady = validators[index].wasEverReady
        validators[index].ended(at: now)
        guard isRunning else { return advance(at: now) }
        if !wasEverReady, case .exited(let code) = end, Self.hopelessCodes.contains(code) {
            ending = .hopeless(index, code: code)
            return release(at: now)
        }
        let at = validators[index].restart(at: now)
        return [.wake(at: at)]
    }

    /// Exit codes that starting again does not mend: bad usage, bad input, address in use, cannot write.
    static let hopelessCodes: [Int32] = [64, 65, 69, 73]

    private mutating func woke(at now: Instant) -> [Action] {
        switch phase {
        case .running:
            let due = validators.indices.filter { validators[$0].isDue(at: now) }
            for index in due { validators[index].restarting() }
            return due.map { .start($0) }
        case .silencing(let until): return now >= until ? release(at: now) : []
        case .releasing(let until): return now >= until ? kill() : []
        case .killing, .finished: return []
        }
    }

    private func killOne(_ draw: UInt64) -> [Action] {
        guard isRunning, validators.allSatisfy({ $0.isReady }) else { return [] }
        return [.kill(Int(draw % UInt64(validators.count)))]
    }

    private mutating func stopAsked(at now: Instant) -> [Action] {
        switch phase {
        case .running:
            for index in validators.indices { validators[index].abandoned() }
            let until = now.advanced(by: Self.silenceTimeout)
            phase = .silencing(until: until)
            return alive.map { .silence($0) } + [.wake(at: until)] + advance(at: now)
        case .silencing, .releasing: return kill()
        case .killing, .finished: return []
        }
    }

    /// Goes on with the ending as soon as nobody is waited for any more.
    private mutating func advance(at now: Instant) -> [Action] {
        switch phase {
        case .running, .finished: return []
        case .silencing:
            return alive.allSatisfy { validators[$0].isQuiet } ? release(at: now) : []
        case .releasing, .killing:
            guard alive.isEmpty else { return [] }
            phase = .finished
            return [.finish(ending)]
        }
    }

    private mutating func release(at now: Instant) -> [Action] {
        for index in validators.indices { validators[index].abandoned() }
        let until = now.advanced(by: Self.releaseTimeout)
        phase = .releasing(until: until)
        return alive.map { .release($0) } + [.wake(at: until)] + advance(at: now)
    }

    private mutating func kill() -> [Action] {
        phase = .killing
        return alive.map { .kill($0) }
    }

    /// Validators whose process has begun, or begins, and has not ended.
    private var alive: [Int] { validators.indices.filter { validators[$0].isAlive } }
}

/// How a process ended.
public enum ProcessEnd: Hashable, Sendable, CustomStringConvertible {
    case exited(Int32)
    case signalled(Int32)
    case unknown
    case neverStarted

    public var description: String {
        switch self {
        case .exited(let code): "exit code \(code)"
        case .signalled(let signal): "signal \(signal)"
        case .unknown: "nobody knows how"
        case .neverStarted: "could not be started"
        }
    }
}
