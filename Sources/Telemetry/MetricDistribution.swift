/// How often durations fell into each of a row of ranges, until one moment.
public struct MetricDistribution: Hashable, Sendable {
    /// The upper bounds of the ranges, ascending; each belongs to its own range.
    public let bounds: [Duration]
    /// By range, not summed up; one more than ``bounds``, the last for what lies above all of them.
    public let counts: [UInt64]
    /// All durations together.
    public let sum: Duration

    public init(bounds: [Duration], counts: [UInt64], sum: Duration) {
        self.bounds = bounds
        self.counts = counts
        self.sum = sum
    }
}
