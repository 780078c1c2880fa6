import ConclavePrimitives

/// Finds the longest time from one block to the next, by what their leaders say of when they built them:
/// whoever delivers them tells the same, and one that comes back and delivers a thousand at once no other.
struct GapMeter: Sendable {
    /// What was built before does not count: the machines may have been off.
    private let since: WallTime
    private var last: WallTime?
    private var longest: Duration?

    /// - Parameter since: when this process began.
    init(since: WallTime) { self.since = since }

    mutating func delivered(_ builtAt: WallTime) {
        defer { last = builtAt }
        guard let last, last >= since else { return }
        let gap = builtAt.milliseconds - min(last.milliseconds, builtAt.milliseconds)
        longest = max(longest ?? .zero, .milliseconds(Int64(clamping: gap)))
    }

    /// The longest since the last call; nil if there was none.
    mutating func take() -> Duration? { exchange(&longest, with: nil) }
}
