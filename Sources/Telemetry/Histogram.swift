import ConclavePrimitives

/// How often a duration fell into each of a row of ranges, which are fixed when it is made.
///
/// Observing takes a lock: for what is sampled, not for every message.
public final class Histogram: Sendable {
    private struct Counts {
        /// By bucket, the last one for what lies above all bounds.
        var buckets: [UInt64]
        var sum = Duration.zero
    }

    /// The upper bounds of the buckets, ascending; each belongs to its own bucket.
    public let bounds: [Duration]
    private let state: Lock<Counts>

    init(_ bounds: [Duration]) {
        self.bounds = bounds
        state = Lock(Counts(buckets: Array(repeating: 0, count: bounds.count + 1)))
    }

    public func observe(_ duration: Duration) {
        let bucket = bounds.firstIndex { duration <= $0 } ?? bounds.count
        state.withLock { counts in
            counts.buckets[bucket] &+= 1
            counts.sum += duration
        }
    }

    /// How many were observed.
    public var count: UInt64 { distribution.counts.reduce(0, &+) }

    /// What was observed until now.
    public var distribution: MetricDistribution {
        state.withLock { MetricDistribution(bounds: bounds, counts: $0.buckets, sum: $0.sum) }
    }
}
