internal import ConclaveFuzzing
internal import ConclavePeersCore
internal import ConclavePrimitives

/// One rate and a clock that may do anything, with every grant kept.
struct RateTrial {
    private let rate: Rate
    private var limit = RateLimit()
    private var now = Instant(nanoseconds: 1 << 40)
    /// When the clock last jumped back; what came before it is no longer in order.
    private var grants: [(at: Instant, count: Int)] = []

    static func run(_ choices: inout Choices) throws(Finding) {
        var trial = RateTrial(
            rate: Rate(
                choices.number(below: 300), per: .nanoseconds(Int64(1 + choices.number(below: 1 << 30)))))
        for _ in 0..<200 where !choices.isEmpty {
            try trial.step(&choices)
        }
    }

    private init(rate: Rate) {
        self.rate = rate
    }

    private mutating func step(_ choices: inout Choices) throws(Finding) {
        pass(&choices)
        let count = choices.number(below: 20)
        switch limit.take(count, of: rate, at: now) {
        case .granted:
            // More than the burst waits for a full one, and counts as one.
            grants.append((now, min(count, rate.count)))
            try examine()
        case .limited(let until):
            try expect(until > now, "limited until a moment that has passed")
            guard rate.count > 0 else { return }
            try expect(until <= now.advanced(by: rate.period), "limited for longer than a period")
            var later = limit
            try expect(later.take(count, of: rate, at: until) == .granted, "not granted when it was promised")
        }
    }

    private mutating func pass(_ choices: inout Choices) {
        switch choices.number(below: 16) {
        case 0:
            now = Instant(nanoseconds: choices.integer(UInt64.self) >> 1)
            grants = []
        case 1...8: now = now.advanced(by: .nanoseconds(Int64(choices.number(below: 1 << 16))))
        default: now = now.advanced(by: rate.period * choices.number(below: 256) / 256)
        }
    }

    /// In each window up to now: at most a burst, and what was earned in it.
    private func examine() throws(Finding) {
        try expect(rate.count > 0, "something is granted of nothing")
        var sum = 0
        for grant in grants.reversed() {
            sum += grant.count
            let passed = grant.at.duration(to: now) / .nanoseconds(1)
            let earned = passed / (rate.period / .nanoseconds(1)) * Double(rate.count)
            try expect(
                Double(sum) <= Double(rate.count) + earned + 0.001, "\(sum) of \(rate) in \(passed) ns")
        }
    }
}
