import ConclavePeersCore
import ConclavePrimitives
import ConclaveTestTrials
import Testing

@Suite struct RateLimitTests {
    private let rate = Rate(4, per: .seconds(1))

    @Test func `a burst is granted at once, then one for each share of the period`() {
        var limit = RateLimit()
        let times = [0, 0, 0, 0, 0, 249, 250, 250, 500, 10_000, 10_000, 10_000, 10_000, 10_000]
        let expected = [
            true, true, true, true, false, false, true, false, true, true, true, true, true, false,
        ]
        let granted = times.map { limit.take(of: rate, at: at($0)) == .granted }
        #expect(granted == expected)
    }

    @Test func `it says when the same would be granted`() {
        var limit = RateLimit()
        _ = limit.take(4, of: rate, at: at(100))
        let one = limit.take(1, of: rate, at: at(100)), three = limit.take(3, of: rate, at: at(100))
        #expect(one == .limited(until: at(350)) && three == .limited(until: at(850)))
        let early = limit.take(3, of: rate, at: Instant(nanoseconds: at(850).nanoseconds - 1))
        let due = limit.take(3, of: rate, at: at(850))
        #expect(early != .granted && due == .granted)
    }

    @Test func `what is larger than the burst waits for a full one`() {
        var limit = RateLimit()
        let first = limit.take(.max, of: rate, at: at(0)), second = limit.take(5, of: rate, at: at(10))
        #expect(first == .granted && second == .limited(until: at(1_000)))
    }

    @Test func `A24 a clock that jumps back neither opens nor closes it for longer than one period`() {
        var limit = RateLimit()
        for _ in 0..<4 { _ = limit.take(of: rate, at: at(1_000_000)) }
        let back = limit.take(of: rate, at: at(0))
        #expect(back == .limited(until: at(250)))
        let granted = (0..<100).filter { _ in limit.take(of: rate, at: at(1_000)) == .granted }
        #expect(granted.count == 4)
    }

    @Test func `the ends of every range do not trap`() {
        let rates = [
            Rate(1, per: .seconds(Int64.max)), Rate(.max, per: .nanoseconds(1)),
            Rate(.max, per: .seconds(Int64.max)),
            Rate(1, per: .zero), Rate(1, per: .seconds(-5)), Rate(0, per: .seconds(1)),
            Rate(.min, per: .seconds(1)),
        ]
        for rate in rates {
            for count in [Int.min, -1, 0, 1, .max] {
                for now in [at(0), at(1), Instant.distantFuture] {
                    var limit = RateLimit()
                    _ = limit.take(count, of: rate, at: now)
                    _ = limit.take(count, of: rate, at: at(0))
                }
            }
        }
        var none = RateLimit()
        #expect(none.take(of: Rate(0, per: .seconds(1)), at: at(0)) == .limited(until: .distantFuture))
        #expect(Rate(.max, per: .seconds(1)).multiplied(by: 2).count == .max)
    }

    @Test(arguments: 0..<50)
    func `in no window is more granted than the burst and what was earned in it`(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let rate = Rate(
            Int.random(in: 1...20, using: &random),
            per: .milliseconds(Int.random(in: 1...500, using: &random)))
        var limit = RateLimit(), now = 0, granted: [(Int, Int)] = []
        for _ in 0..<300 {
            now += Int.random(in: 0...50, using: &random)
            let count = Int.random(in: 1...rate.count, using: &random)
            if limit.take(count, of: rate, at: at(now)) == .granted { granted.append((now, count)) }
        }
        let period = Double(rate.period.saturatingMilliseconds)
        for (index, first) in granted.enumerated() {
            var sum = 0
            for (time, count) in granted[index...] {
                sum += count
                let earned = Double(time - first.0) / period * Double(rate.count)
                #expect(Double(sum) <= Double(rate.count) + earned + 0.001)
            }
        }
        #expect(granted.count > 5)
    }
}
