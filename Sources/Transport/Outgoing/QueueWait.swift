package import ConclavePrimitives

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

    // In place, so that a link that seals a message touches no array for it.
    private var counts = InlineArray<7, UInt64>(repeating: 0)
    private var nanoseconds: UInt64 = 0

    public init() {}

    /// Messages in each bucket, not summed up; one more than ``bounds``.
    public var buckets: [UInt64] { counts.indices.map { counts[$0] } }
    /// All waits together; stops at 292 years.
    public var sum: Duration { .nanoseconds(Int64(clamping: nanoseconds)) }
    public var count: UInt64 { buckets.reduce(0, +) }

    private static let boundsInNanoseconds: InlineArray<6, UInt64> = [
        100_000, 1_000_000, 10_000_000, 100_000_000, 1_000_000_000, 10_000_000_000,
    ]

    /// So many messages waited from `start` to `end`: not at all if the clock jumped back.
    package mutating func add(from start: Instant, to end: Instant, count: Int) {
        let wait = end > start ? end.nanoseconds - start.nanoseconds : 0, count = UInt64(clamping: count)
        var bucket = 0
        while bucket < Self.boundsInNanoseconds.count, wait > Self.boundsInNanoseconds[bucket] { bucket += 1 }
        counts[bucket] &+= count
        add(wait.multipliedReportingOverflow(by: count))
    }

    private mutating func add(_ more: (partialValue: UInt64, overflow: Bool)) {
        let (sum, overflow) = nanoseconds.addingReportingOverflow(more.partialValue)
        nanoseconds = overflow || more.overflow ? .max : sum
    }

    package static func += (left: inout QueueWait, right: QueueWait) {
        for bucket in left.counts.indices { left.counts[bucket] &+= right.counts[bucket] }
        left.add((right.nanoseconds, false))
    }

    public static func == (left: QueueWait, right: QueueWait) -> Bool {
        left.nanoseconds == right.nanoseconds && left.buckets == right.buckets
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(nanoseconds)
        hasher.combine(buckets)
    }
}
