internal import ConclavePrimitives

/// The last lines of a trial's history, for people. Writing them changes nothing of it.
struct TrialTrace {
    private var lines = RingBuffer<String>()
    private let limit: Int

    /// - Parameter limit: lines that are kept; none if 0.
    init(limit: Int) { self.limit = limit }

    var isKept: Bool { limit > 0 }

    mutating func note(_ line: String, at now: Instant) {
        guard isKept else { return }
        if lines.count == limit { _ = lines.popFirst() }
        lines.append(Self.column(of: now) + line)
    }

    var all: [String] { (0..<lines.count).compactMap { lines[$0] } }

    /// Milliseconds with three decimals, right-aligned for the first thousand seconds.
    private static func column(of now: Instant) -> String {
        let microseconds = now.nanoseconds / 1_000
        let text = "\(microseconds / 1_000).\("\(1_000 + microseconds % 1_000)".dropFirst())"
        return String(repeating: " ", count: max(0, 10 - text.count)) + text + " ms  "
    }
}
