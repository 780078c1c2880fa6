/// A time of day as the wire carries it: what one machine tells another. It may jump; never measure with it.
public struct WallTime: Hashable, Comparable, Sendable {
    /// Milliseconds since 1970-01-01 00:00 UTC; any value may come from a peer.
    public let milliseconds: UInt64

    @inlinable
    public init(milliseconds: UInt64) {
        self.milliseconds = milliseconds
    }

    /// Whether this time lies in `[now − age, now + ahead)`, the window of Docs/Wire.md. Saturates at both ends.
    @inlinable
    public func isWithin(age: Duration, ahead: Duration, of now: WallTime) -> Bool {
        let oldest = now.milliseconds.subtractingReportingOverflow(UInt64(clamping: age.saturatingMilliseconds))
        let newest = now.milliseconds.addingReportingOverflow(UInt64(clamping: ahead.saturatingMilliseconds))
        let floor = oldest.overflow ? 0 : oldest.partialValue
        let ceiling = newest.overflow ? .max : newest.partialValue
        return milliseconds >= floor && milliseconds < ceiling
    }

    @inlinable
    public static func < (left: WallTime, right: WallTime) -> Bool { left.milliseconds < right.milliseconds }
}
