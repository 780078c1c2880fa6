internal import ConclavePrimitives

/// The deadlines of the current view. Each is a level: once it has passed it stays passed, so that a node
/// that could not act on it then acts as soon as it can.
struct ViewTimers: Sendable {
    /// When the leader must have proposed; nil once it has.
    var leader: Instant?
    /// When the view must be over.
    var progress = Instant.distantFuture
    /// When to say again what we said in this view; nil before we gave it up.
    var retry: Instant?

    init() {}

    /// The deadlines of a view that is entered now.
    ///
    /// - Parameter unsettled: views since the last final one. From the fourth on each waits a quarter longer
    ///   than the one before, up to eight times as long: a wrong ``ConsensusConfiguration/delta`` then costs
    ///   time and not progress.
    init(delta: Duration, unsettled: UInt64, at now: Instant) {
        leader = now.advanced(by: Self.grown(delta * 2, unsettled: unsettled))
        progress = now.advanced(by: Self.grown(delta * 3, unsettled: unsettled))
    }

    /// Whether a deadline has passed.
    func isOver(at now: Instant) -> Bool {
        leader.map { $0 <= now } ?? false || progress <= now
    }

    /// Both deadlines are now: nothing is expected of the leader.
    mutating func skip(at now: Instant) {
        leader = now
        progress = now
    }

    /// `base` × min(8, 1.25^max(0, unsettled − 3)).
    static func grown(_ base: Duration, unsettled: UInt64) -> Duration {
        let steps = Int(min(unsettled > 3 ? unsettled - 3 : 0, 10))
        var numerator = 1, denominator = 1
        for _ in 0..<steps {
            numerator *= 5
            denominator *= 4
        }
        return min(base * 8, base * numerator / denominator)
    }
}
