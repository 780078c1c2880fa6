import ConclavePrimitives

/// The endpoint's open connections by descriptor, each with the time when it has lasted long enough.
struct ConnectionTable: Sendable {
    private var ends = SortedArray<Int32, Instant>()

    var count: Int { ends.count }

    mutating func opened(_ descriptor: Int32, until end: Instant) {
        ends[descriptor] = end
    }

    mutating func closed(_ descriptor: Int32) {
        ends[descriptor] = nil
    }

    /// Those whose time is over; each is told once.
    mutating func takeOverdue(at now: Instant) -> [Int32] {
        let overdue = ends.filter { $0.value <= now }.map(\.key)
        for descriptor in overdue { ends[descriptor] = .distantFuture }
        return overdue
    }
}
