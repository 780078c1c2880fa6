import CConclaveSystem
public import ConclavePrimitives
public import ConclaveRuntime

/// The kernel's clocks.
public struct SystemClock: RuntimeClock {
    public init() {}

    public var now: Instant { Instant(nanoseconds: conclave_monotonic_ns()) }
    public var coarseNow: Instant { Instant(nanoseconds: conclave_coarse_ns()) }
    public var wallTime: WallTime { WallTime(milliseconds: conclave_wall_ms()) }
}
