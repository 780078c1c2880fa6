/// A time of day as the wire carries it: what one machine tells another. It may jump; never measure with it.
public struct WallTime: Hashable, Comparable, Sendable {
    /// Milliseconds since 1970-01-01 00:00 UTC; any value may come from a peer.
    public let milliseconds: UInt64

    @inlinable
    public init(milliseconds: UInt64) {
        self.milliseconds = milliseconds
    }

    /// The time `duration` later, or earlier if it is negative, in whole milliseconds; stops at either end.
    @inlinable
    public func advanced(by duration: Duration) -> WallTime {
        let distance = duration.saturatingMilliseconds
        let (sum, overflow) =
            distance >= 0
            ? milliseconds.addingReportingOverflow(distance.magnitude)
            : milliseconds.subtractingReportingOverflow(distance.magnitude)
        guard !overflow else { return WallTime(milliseconds: distance >= 0 ? .max : 0) }
        return WallTime(milliseconds: sum)
    }

    /// Whether this time lies in `[now − age, now + ahead)`, the window of Docs/Wire.md. Saturates at both
    /// ends.
    @inlinable
    public func isWithin(age: Duration, ahead: Duration, of now: WallTime) -> Bool {
        let oldest = now.milliseconds.subtractingReportingOverflow(
            UInt64(clamping: age.saturatingMilliseconds))
        let newest = now.milliseconds.addingReportingOverflow(UInt64(clamping: ahead.saturatingMilliseconds))
        let floor = oldest.overflow ? 0 : oldest.partialValue
        let ceiling = newest.overflow ? .max : newest.partialValue
        return milliseconds >= floor && milliseconds < ceiling
    }

    @inlinable
    public static func < (left: WallTime, right: WallTime) -> Bool { left.milliseconds < right.milliseconds }
}
