/// So many events in so long, evenly spread, with all of them at once as the largest burst.
public struct Rate: Hashable, Sendable, CustomStringConvertible {
    /// Events in one ``period``; also the largest burst.
    public let count: Int
    /// The time in which ``count`` events are earned anew.
    public let period: Duration

    public init(_ count: Int, per period: Duration) {
        self.count = count
        self.period = period
    }

    public var description: String { "\(count) per \(period)" }

    /// This rate for `times` as many; at least this rate, and saturating.
    package func multiplied(by times: Int) -> Rate {
        let (product, overflow) = count.multipliedReportingOverflow(by: max(1, times))
        return Rate(overflow ? .max : product, per: period)
    }
}
