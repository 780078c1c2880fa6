import ConclavePeersCore
import ConclavePrimitives

/// One peer's quota on one channel, in one direction.
struct ChannelQuota {
    private let rate: Rate
    private var limit = RateLimit()
    /// Messages that came although nothing was left: charged as soon as there is.
    private var owed = 0

    init(_ rate: Rate) {
        self.rate = rate
    }

    /// Takes `count` of the quota, or says when there will be so much.
    mutating func take(_ count: Int, at now: Instant) -> Instant? {
        switch limit.take(count, of: rate, at: now) {
        case .granted: nil
        case .limited(let until): until
        }
    }

    /// Charges `count` messages that are here already, and what is owed; says until when their sender has to
    /// be read more slowly.
    mutating func charge(_ count: Int, at now: Instant) -> Instant? {
        owed += count
        while owed > 0 {
            let part = min(owed, rate.count)
            if let until = take(part, at: now) { return until }
            owed -= part
        }
        return nil
    }
}
