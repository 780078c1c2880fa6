import ConclavePrimitives
import Testing

@Suite struct WallTimeTests {
    let now = WallTime(milliseconds: 1_000_000)

    @Test func `the window holds its lower end and not its upper one`() {
        for (offset, isInside) in [
            (-10_001, false), (-10_000, true), (0, true), (4_999, true), (5_000, false),
        ] {
            let time = now.advanced(by: .milliseconds(offset))
            #expect(time.isWithin(age: .seconds(10), ahead: .seconds(5), of: now) == isInside, "\(offset) ms")
        }
    }

    @Test func `at either end of time nothing traps`() {
        let times = [0, 1, UInt64(Int64.max), .max - 1, .max].map { WallTime(milliseconds: $0) }
        let durations = [
            Duration.zero, .milliseconds(1), .seconds(Int64.max), .seconds(Int64.min), .seconds(-1),
        ]
        for time in times {
            for now in times {
                for age in durations {
                    for ahead in durations where time == now && age >= .zero && ahead > .milliseconds(0) {
                        let isInside = time.isWithin(age: age, ahead: ahead, of: now)
                        #expect(isInside == (now.milliseconds < .max))
                    }
                    _ = time.isWithin(age: age, ahead: age, of: now)
                }
            }
        }
    }

    @Test func `a window of nothing holds nothing, a negative one too`() {
        #expect(!now.isWithin(age: .zero, ahead: .zero, of: now))
        #expect(!now.isWithin(age: .seconds(-1), ahead: .seconds(-1), of: now))
    }

    @Test func `advancing past either end stops there`() {
        #expect(WallTime(milliseconds: 5).advanced(by: .seconds(-1)) == WallTime(milliseconds: 0))
        #expect(WallTime(milliseconds: .max - 5).advanced(by: .seconds(1)) == WallTime(milliseconds: .max))
        #expect(now.advanced(by: .milliseconds(-1)) == WallTime(milliseconds: 999_999))
    }

    @Test func `order is that of the clock`() {
        #expect(now < now.advanced(by: .milliseconds(1)) && !(now < now))
    }
}
