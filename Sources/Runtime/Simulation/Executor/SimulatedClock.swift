import ConclavePrimitives
import ConclaveRuntime

/// The clocks of one node: a monotonic one with an origin and a drift of its own, and a wall clock that may
/// stand wrong and be set.
///
/// `@unchecked Sendable`: touched on the simulation's thread only.
final class SimulatedClock: RuntimeClock, @unchecked Sendable {
    /// Steps of ``coarseNow``, as long as a kernel tick.
    private static let coarseNanoseconds: UInt64 = 4_000_000
    private static let million: UInt64 = 1_000_000

    private let world: World
    /// What the clock showed when the simulation began.
    private let origin: UInt64
    /// How much faster than the simulation it runs; slower if negative.
    private let driftPerMillion: Int64
    /// The time of day at the origin, as this node believes.
    private var wallMilliseconds: UInt64

    init(world: World, origin: UInt64, driftPerMillion: Int64, wall: WallTime) {
        self.world = world
        self.origin = origin
        self.driftPerMillion = driftPerMillion
        wallMilliseconds = wall.milliseconds
    }

    var now: Instant { Instant(nanoseconds: origin + elapsed(at: world.now)) }

    var coarseNow: Instant {
        let nanoseconds = now.nanoseconds
        return Instant(nanoseconds: nanoseconds - nanoseconds % Self.coarseNanoseconds)
    }

    var wallTime: WallTime {
        WallTime(milliseconds: wallMilliseconds).advanced(by: .nanoseconds(Int64(elapsed(at: world.now))))
    }

    /// Sets the time of day forward, or back if `step` is negative.
    func step(by step: Duration) {
        wallMilliseconds = WallTime(milliseconds: wallMilliseconds).advanced(by: step).milliseconds
    }

    /// When in the simulation this clock first shows `instant`; never if that is too far away to be counted.
    func simulationTime(of instant: Instant) -> UInt64 {
        guard instant.nanoseconds > origin else { return 0 }
        let wanted = instant.nanoseconds - origin
        guard wanted < UInt64.max / 4 else { return .max }
        let rate = UInt64(Int64(Self.million) + driftPerMillion)
        let product = wanted.multipliedFullWidth(by: Self.million)
        var time = rate.dividingFullWidth(product).quotient
        while elapsed(at: time) < wanted { time += 1 }
        return time
    }

    private func elapsed(at time: UInt64) -> UInt64 {
        let drift =
            time / Self.million * driftPerMillion.magnitude
            + time % Self.million * driftPerMillion.magnitude / Self.million
        return driftPerMillion < 0 ? time - drift : time + drift
    }
}
