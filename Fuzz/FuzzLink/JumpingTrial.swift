internal import ConclaveFuzzing
internal import ConclavePeersCore
internal import ConclavePrimitives
internal import ConclaveTransport

/// A link whose clock jumps to anywhere: what it does is then no matter of the model's, but for what holds
/// whatever the time is.
struct JumpingTrial {
    private static let places: [UInt64] = [0, 1, 1 << 40, 1 << 62, .max - 1, .max]

    static func run(_ choices: inout Choices) throws(Finding) {
        let kind = LinkKind(&choices)
        var subject = try kind.machine(at: 1_000)
        // It is told nothing, and serves to draw from.
        let model = LinkModel(kind, at: 0)
        var ends = 0, pings: Set<UInt64> = []
        for _ in 0..<100 where !choices.isEmpty {
            let place = choices.element(of: places)
            let now = Instant(nanoseconds: place &+ UInt64(choices.integer(UInt16.self)) << 20)
            let event = try LinkEvent.draw(&choices, on: kind, model)
            if case .ping(let number) = event { pings.insert(number) }
            for action in event.happen(to: &subject, at: now) {
                try expect(ends == 0, "after its end it answers \(action) to \(event)")
                switch action {
                case .close: ends += 1
                case .sendPong(let number):
                    try expect(pings.remove(number) != nil, "a pong \(number) that nobody asked for")
                case .readSlowly(let until):
                    let limit = now.advanced(by: .milliseconds(kind.halfPeriod))
                    try expect(until <= limit, "\(event) at \(now): read again at \(until)")
                case _: break
                }
            }
            try expect(subject.isOpen == (ends == 0), "it is open: \(subject.isOpen), ended \(ends) times")
        }
    }
}
