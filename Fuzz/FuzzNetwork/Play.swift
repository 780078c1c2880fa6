internal import Conclave
internal import ConclaveFuzzing
internal import ConclaveScenarios
internal import ConclaveSimulation

/// What happens on the stage: choices become the attacker's moves and everyone's troubles.
struct Play {
    /// More would take the time of other inputs.
    private static let actsMax = 20
    private static let sessionsMax = 8
    /// Of each machine's time of day, either way: two may differ by twice as much and still talk.
    private static let clockErrorMax = 2_000
    /// A diary gives up when its disk has failed more often than that.
    private static let failedWritesMax = 8

    private let stage: Stage
    private var choices: Choices
    private let captured: Validator
    private let honest: [Validator]
    private let stranger: SigningKey
    private let queue = IntrusionQueue()
    private var epoch: UInt64 = 1
    private var sessions = 0
    /// In milliseconds, by number.
    private var clockErrors: [Int]
    private var failedWrites = 0
    /// Whether nothing but the attacker has come over them.
    private var isCalm = true

    init(_ stage: Stage, _ choices: Choices) throws {
        self.stage = stage
        self.choices = choices
        guard let last = stage.validators.last else { throw StoryFailure("nobody is there") }
        captured = last
        honest = Array(stage.validators.dropLast())
        stranger = try SigningKey(seed: [UInt8](repeating: 77, count: SigningKey.seedByteCount))
        clockErrors = stage.validators.map { _ in 0 }
    }

    mutating func run() throws {
        if !choices.once(in: 4) { try stage.expectMesh() } else { isCalm = false }
        try capture()
        if isCalm { try stage.expectMesh(among: honest) }
        let before = stage.connections(among: honest)
        for act in 0..<Self.actsMax where !choices.isEmpty {
            try perform()
            try stage.pass(.milliseconds(10 + choices.number(below: 256) * 4))
            if isCalm {
                try stage.require(
                    "the honest keep their connections after act \(act)",
                    stage.connections(among: honest) == before)
            }
        }
        try mend()
    }

    private mutating func capture() throws {
        try stage.capture(captured)
        let intruder = try intruder(), queue = queue
        captured.node.context.spawn("listen", onFailure: .ignore) { context in
            try await intruder.listen(queue, in: context)
        }
    }

    private func intruder() throws -> Intruder {
        let honest = honest.map { Tongue.Victim(key: $0.key, address: $0.socket) }
        return Intruder(
            tongue: Tongue(
                member: captured.key, stranger: stranger, home: captured.socket, honest: honest,
                epoch: epoch, namespace: try Namespace(Validator.namespace)))
    }

    // MARK: Acts

    private mutating func perform() throws {
        switch choices.number(below: 32) {
        case 0...13: try intrude()
        case 14...17:
            queue.add(Intrusion(&choices, victims: honest.count))
        case 18: try stage.pass(.milliseconds(20 * choices.number(in: 1...256)))
        case 19: try change()
        case 20, 21: try kill()
        default: try disturb()
        }
    }

    private mutating func intrude() throws {
        let intrusion = Intrusion(&choices, victims: honest.count)
        guard sessions < Self.sessionsMax else { return }
        sessions += 1
        let intruder = try intruder()
        captured.node.context.spawn("intrude", onFailure: .ignore) { context in
            try await intruder.dial(intrusion, in: context)
        }
    }

    /// A new set: with the captured one or without it, and perhaps without one of the others.
    private mutating func change() throws {
        isCalm = false
        var members = choices.once(in: 2) ? honest : honest + [captured]
        if choices.once(in: 2) { members.remove(at: choices.number(below: honest.count)) }
        epoch += 1
        try stage.track(members)
    }

    private mutating func kill() throws {
        isCalm = false
        let victim = choices.element(of: honest)
        if victim.isRunning {
            try stage.crash(victim, choices.element(of: Crash.allCases))
        } else {
            try stage.start(victim)
        }
    }

    private mutating func disturb() throws {
        isCalm = false
        let node = choices.number(below: stage.validators.count)
        let other = (node + 1 + choices.number(below: stage.validators.count - 1)) % stage.validators.count
        let fault: Fault
        switch choices.number(below: 10) {
        case 0, 1: fault = .cut(from: node, to: other)
        case 2: fault = .isolate([node])
        case 3: fault = .healAll
        case 4: fault = .reset(node, other)
        case 5: fault = .sever(from: node, to: other)
        case 6: fault = .welcome(node, choices.once(in: 2) ? .open : .refused)
        case 7: fault = .welcome(node, .slow(.milliseconds(choices.number(below: 4_000))))
        case 8:
            let wanted = choices.number(in: -Self.clockErrorMax...Self.clockErrorMax)
            fault = .clock(node, .milliseconds(wanted - clockErrors[node]))
            clockErrors[node] = wanted
        default:
            guard failedWrites < Self.failedWritesMax else { return }
            failedWrites += 1
            fault = .failWrite(node, after: choices.number(in: 1...12))
        }
        try stage.perform(fault)
    }

    // MARK: The end

    /// Everything is set right again, and so the validators must be.
    private mutating func mend() throws {
        try stage.perform(.healAll)
        for validator in stage.validators {
            let number = validator.number
            try stage.perform(.welcome(number, .open))
            try stage.perform(.failWrite(number, after: 0))
            try stage.perform(.clock(number, .milliseconds(-clockErrors[number])))
        }
        for validator in honest where !validator.isRunning { try stage.start(validator) }
        try stage.track(stage.validators)
        stage.free(captured)
        // A connection that was severed is given up only when it has been silent for long enough.
        try stage.pass(stage.profile.silenceTimeout + .seconds(2))
        if choices.once(in: 2) { try stage.start(captured) }
        try stage.expectMesh()
    }
}
