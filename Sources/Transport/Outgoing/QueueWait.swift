/// How long messages waited in an outbox between `send` and the moment they were sealed: counts by upper
/// bound, as a histogram of Prometheus has them.
///
/// Messages that leave in one segment are all given the wait of the first, so each is an upper bound.
public struct QueueWait: Hashable, Sendable {
    /// The bounds between the buckets; the last bucket has none.
    public static let bounds: [Duration] = [
        .microseconds(100), .milliseconds(1), .milliseconds(10), .milliseconds(100), .seconds(1),
        .seconds(10),
    ]

    /// Messages in each bucket, not summed up; one more than ``bounds``.
    public private(set) var buckets = [UInt64](repeating: 0, count: bounds.count + 1)
    public private(set) var sum = Duration.zero

    public init() {}

    public var count: UInt64 { buckets.reduce(0, +) }

    package mutating func add(_ wait: Duration, count: Int) {
        // A clock that stood still or jumped back waited for nothing; a year is more than any link lives.
        let wait = min(max(.zero, wait), .seconds(31_536_000))
        let bucket = Self.bounds.firstIndex { wait <= $0 } ?? Self.bounds.count
        buckets[bucket] += UInt64(max(0, count))
        sum += wait * max(0, count)
    }

    package static func += (left: inout QueueWait, right: QueueWait) {
        for bucket in left.buckets.indices { left.buckets[bucket] += right.buckets[bucket] }
        left.sum += right.sum
    }
}
