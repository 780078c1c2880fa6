/// What becomes of the parent when a child's task throws. Being cancelled is not failing.
public enum FailurePolicy: Sendable {
    /// The parent fails with the same error: its other children and its own task are cancelled, and when all
    /// have ended, its own policy decides. What no policy stops in this way stops the whole tree.
    case stopParent
    /// The child starts again after a pause. `limit` failures in a row are forgiven, then the parent is
    /// stopped. An attempt that lasted longer than the longest pause begins a new row.
    case restart(Backoff, limit: Int)
    /// The failure is logged, the child is gone, nobody else notices.
    case ignore
}

/// Pauses between attempts: the first, then twice as long each time, up to the longest.
public struct Backoff: Hashable, Sendable {
    public let first: Duration
    public let longest: Duration

    public init(first: Duration, longest: Duration) {
        self.first = first
        self.longest = longest
    }

    /// The pause after so many failures in a row, from 1.
    public func pause(afterFailures failures: Int) -> Duration {
        var pause = first
        var doublings = failures - 1
        while doublings > 0, pause < longest {
            pause *= 2
            doublings -= 1
        }
        return min(pause, longest)
    }
}
