package import ConclavePrimitives

/// How much of one ``Rate`` is used up: a single time, the one at which all of it will be earned back (GCRA,
/// the generic cell rate algorithm of ITU-T I.371). The rate is given with each use, so that thousands of
/// limits cost 8 bytes each.
package struct RateLimit: Hashable, Sendable {
    package enum Grant: Hashable, Sendable {
        case granted
        /// Not now; the same would be granted then if nothing else is taken.
        case limited(until: Instant)
    }

    private var earnedBackAt = Instant(nanoseconds: 0)

    package init() {}

    /// Takes `count` events; more than the rate's burst count as the burst, so that they wait for a full one
    /// rather than for ever. What is refused costs nothing. Every sum saturates; a clock that jumped back
    /// finds the limit used up at worst, never open wide and never closed for longer than one period.
    package mutating func take(_ count: Int = 1, of rate: Rate, at now: Instant) -> Grant {
        guard rate.count > 0 else { return .limited(until: .distantFuture) }
        let full = now.advanced(by: rate.period)
        earnedBackAt = min(earnedBackAt, full)
        let end = max(earnedBackAt, now).advanced(by: rate.cost(of: min(max(0, count), rate.count)))
        guard end <= full else {
            return .limited(until: now.advanced(by: full.duration(to: end)))
        }
        earnedBackAt = end
        return .granted
    }

    /// Whether nothing is used up, so that forgetting this limit changes nothing.
    package func isFresh(at now: Instant) -> Bool { earnedBackAt <= now }
}

extension Rate {
    /// The time in which `count` events are earned, rounded up to whole nanoseconds; `count` is at most the
    /// burst.
    fileprivate func cost(of count: Int) -> Duration {
        let nanoseconds = UInt64(clamping: max(1, period.saturatingNanoseconds))
        let product = nanoseconds.multipliedFullWidth(by: UInt64(count))
        let (quotient, remainder) = UInt64(self.count).dividingFullWidth(product)
        return .nanoseconds(Int64(clamping: quotient &+ (remainder == 0 ? 0 : 1)))
    }
}
