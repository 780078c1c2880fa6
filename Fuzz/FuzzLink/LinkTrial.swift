internal import ConclaveFuzzing
internal import ConclavePeersCore
internal import ConclavePrimitives
internal import ConclaveTestTrials

/// A link and its model, with a shell that rings the last alarm and does what it is told.
struct LinkTrial {
    private static let start = 1_000_000

    private let kind: LinkKind
    private var subject: LinkMachine
    private var model: LinkModel
    private var now = Self.start
    private var wakeAt = Self.start
    private var pings: UInt64 = 100
    private var ends = 0

    static func run(_ choices: inout Choices) throws(Finding) {
        var trial = try LinkTrial(&choices)
        try trial.perform(.woke)
        for _ in 0..<200 where !choices.isEmpty {
            try trial.step(&choices)
            if trial.model.hasEnded, choices.once(in: 4) { break }
        }
    }

    private init(_ choices: inout Choices) throws(Finding) {
        kind = LinkKind(&choices)
        subject = try kind.machine(at: Self.start)
        model = LinkModel(kind, at: Self.start)
    }

    /// Time passes, the alarm rings as often as it should, then something happens.
    private mutating func step(_ choices: inout Choices) throws(Finding) {
        let until = now + Self.pause(&choices, kind)
        while wakeAt <= until, !model.hasEnded {
            // An alarm may be late, by what a busy machine takes.
            now = max(now, wakeAt) + (choices.once(in: 8) ? choices.number(below: 300) : 0)
            try perform(.woke)
            try expect(model.hasEnded || wakeAt > now, "it wants to be woken again and again at \(now)")
        }
        now = max(now, until)
        try perform(LinkEvent.draw(&choices, on: kind, model))
    }

    private static func pause(_ choices: inout Choices, _ kind: LinkKind) -> Int {
        switch choices.number(below: 8) {
        case 0...2: 0
        case 3, 4: choices.number(below: 300)
        case 5: kind.halfPeriod - 1 + choices.number(below: 3)
        case 6: choices.number(below: kind.beat + 1)
        default: choices.element(of: [kind.beat, kind.patience, kind.silence]) - 1 + choices.number(below: 3)
        }
    }

    private mutating func perform(_ event: LinkEvent) throws(Finding) {
        let expected = model.expected(of: event, at: now)
        let actions = event.happen(to: &subject, at: at(now))
        try expect(actions == expected, "\(event) at \(now): \(actions), and not \(expected)")
        for action in actions {
            switch action {
            case .wake(let instant): wakeAt = Int(instant.nanoseconds / 1_000_000)
            case .close: ends += 1
            case .sendPing where kind.wire == .native: ping()
            case _: break
            }
        }
        try compare(event)
    }

    private mutating func ping() {
        pings += 1
        subject.pinged(pings, at: at(now))
        model.pinged(pings, at: now)
    }

    private func compare(_ event: LinkEvent) throws(Finding) {
        try expect(subject.isOpen == !model.hasEnded, "after \(event) it is open: \(subject.isOpen)")
        try expect(ends <= 1, "it ends \(ends) times")
        try expect(
            subject.takesMessages == model.takesMessages,
            "after \(event) it takes messages: \(subject.takesMessages)")
        try expect(
            subject.roundTrip == model.roundTrip.map { .milliseconds($0) },
            "a pong took \(String(describing: subject.roundTrip))")
        if !model.hasEnded {
            try expect(
                wakeAt <= max(now, model.wakeBy),
                "after \(event) at \(now) it will be woken at \(wakeAt), and something is due at "
                    + "\(model.wakeBy)")
        }
    }
}
