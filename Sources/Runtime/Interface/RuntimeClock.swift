public import ConclavePrimitives

/// Tells the time of one node.
public protocol RuntimeClock: Sendable {
    /// Monotonic time, for deadlines and durations.
    var now: Instant { get }

    /// Monotonic time in steps of up to 4 ms, a few nanoseconds to read: for quotas on the sending path.
    var coarseNow: Instant { get }

    /// Time of day, for what other machines read. May jump.
    var wallTime: WallTime { get }
}
