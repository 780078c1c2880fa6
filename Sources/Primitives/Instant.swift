/// A point on one node's monotonic clock.
///
/// Only differences mean anything: the origin is the start of the machine or of the simulation. All
/// arithmetic saturates, so that no duration an attacker or a configuration names can trap the process.
public struct Instant: Hashable, Comparable, Sendable {
    /// Nanoseconds since the clock's origin; `0...2^64 − 1`, which is 584 years.
    public let nanoseconds: UInt64

    /// The last instant that can be expressed: "never".
    public static let distantFuture = Instant(nanoseconds: .max)

    @inlinable
    public init(nanoseconds: UInt64) {
        self.nanoseconds = nanoseconds
    }

    /// The instant `duration` later, or earlier if it is negative; stops at either end of the clock.
    @inlinable
    public func advanced(by duration: Duration) -> Instant {
        let distance = duration.saturatingNanoseconds
        let (sum, overflow) =
            distance >= 0
            ? nanoseconds.addingReportingOverflow(distance.magnitude)
            : nanoseconds.subtractingReportingOverflow(distance.magnitude)
        guard !overflow else { return distance >= 0 ? .distantFuture : Instant(nanoseconds: 0) }
        return Instant(nanoseconds: sum)
    }

    /// How long from here to `other`; negative if that lies in the past.
    @inlinable
    public func duration(to other: Instant) -> Duration {
        other >= self
            ? .nanoseconds(Int64(clamping: other.nanoseconds - nanoseconds))
            : .nanoseconds(-Int64(clamping: nanoseconds - other.nanoseconds))
    }

    @inlinable
    public static func < (left: Instant, right: Instant) -> Bool { left.nanoseconds < right.nanoseconds }
}

extension Duration {
    /// This duration in nanoseconds, cut off at ±292 years; a fraction is dropped.
    @inlinable
    public var saturatingNanoseconds: Int64 {
        // Not by `components`, which traps for sums of durations that each are as long as can be.
        Int64(clamping: attoseconds / 1_000_000_000)
    }

    /// This duration in milliseconds, cut off like ``saturatingNanoseconds``; a fraction is dropped.
    @inlinable
    public var saturatingMilliseconds: Int64 { saturatingNanoseconds / 1_000_000 }

    /// This duration in seconds.
    @inlinable
    public var inSeconds: Double { Double(saturatingNanoseconds) / 1e9 }
}
