import ConclavePrimitives
import Testing

@Suite struct InstantTests {
    @Test func `advancing past either end saturates`() {
        #expect(Instant(nanoseconds: .max - 1).advanced(by: .seconds(10)) == .distantFuture)
        #expect(Instant(nanoseconds: 5).advanced(by: .seconds(-10)) == Instant(nanoseconds: 0))
        #expect(
            Instant(nanoseconds: 1).advanced(by: .seconds(Int64.max))
                == Instant(nanoseconds: 1 + UInt64(Int64.max)))
    }

    @Test func `the distance between two instants has a sign, and saturates`() {
        let early = Instant(nanoseconds: 10), late = Instant(nanoseconds: 35)
        #expect(early.duration(to: late) == .nanoseconds(25) && late.duration(to: early) == .nanoseconds(-25))
        #expect(Instant(nanoseconds: 0).duration(to: .distantFuture) == .nanoseconds(Int64.max))
        #expect(Instant.distantFuture.duration(to: Instant(nanoseconds: 0)) == .nanoseconds(-Int64.max))
        #expect(early < late && !(late < early))
    }

    @Test func `durations are cut off where nanoseconds end`() {
        #expect(Duration.nanoseconds(-1).saturatingNanoseconds == -1)
        #expect(Duration.milliseconds(-1_500).saturatingNanoseconds == -1_500_000_000)
        #expect(Duration.seconds(Int64.max).saturatingNanoseconds == .max)
        #expect(Duration.seconds(Int64.min).saturatingNanoseconds == .min)
        #expect((Duration.seconds(Int64.max) + .seconds(Int64.max)).saturatingNanoseconds == .max)
        #expect((Duration.seconds(Int64.min) + .seconds(Int64.min)).saturatingNanoseconds == .min)
        #expect(Duration.nanoseconds(Int64.max).saturatingNanoseconds == .max)
        #expect(Duration.nanoseconds(Int64.min).saturatingNanoseconds == .min)
        #expect(Duration.microseconds(1_999).saturatingMilliseconds == 1)
        #expect(Duration.milliseconds(1_500).inSeconds == 1.5)
    }
}
