public import ConclavePrimitives

/// How far a node's clocks may be from the truth.
public struct ClockErrors: Hashable, Sendable {
    /// The most that the time of day is wrong at the start, either way.
    public let skew: Duration
    /// The most that both clocks run too fast or too slow, in millionths; a quartz is good to 100.
    public let driftPerMillion: Int64

    public init(skew: Duration, driftPerMillion: Int64) {
        precondition(
            (0...500_000).contains(driftPerMillion), "a clock runs by up to half too fast or too slow")
        self.skew = skew
        self.driftPerMillion = driftPerMillion
    }

    public static let none = ClockErrors(skew: .zero, driftPerMillion: 0)
    /// What NTP and a quartz leave.
    public static let usual = ClockErrors(skew: .milliseconds(50), driftPerMillion: 100)

    /// The time of day when every simulation begins: 2026-01-01 00:00 UTC.
    public static let beginning = WallTime(milliseconds: 1_767_225_600_000)

    func clock(of world: World, using random: inout SplitMix64) -> SimulatedClock {
        let skewNanoseconds = UInt64(clamping: skew.saturatingNanoseconds)
        let skew = Duration.nanoseconds(Int64(random.upTo(2 * skewNanoseconds)) - Int64(skewNanoseconds))
        let drift = Int64(random.upTo(UInt64(2 * driftPerMillion))) - driftPerMillion
        return SimulatedClock(
            world: world, origin: random.upTo(1_000_000_000_000), driftPerMillion: drift,
            wall: Self.beginning.advanced(by: skew))
    }
}
