import ConclavePrimitives

/// How fast blocks follow one another.
public enum ChainPace: Hashable, Sendable {
    /// As fast as the validators agree.
    case asFastAsPossible
    /// Not before so long after the parent.
    case every(Duration)

    /// How long a leader waits with the block behind one of `parent`'s time. Never longer than one interval:
    /// what a header says of the time is its leader's word alone.
    func wait(behind parent: WallTime, at now: WallTime) -> Duration {
        switch self {
        case .asFastAsPossible: return .zero
        case .every(let interval):
            let due = parent.advanced(by: interval)
            guard due > now else { return .zero }
            return min(interval, .milliseconds(due.milliseconds - now.milliseconds))
        }
    }
}
