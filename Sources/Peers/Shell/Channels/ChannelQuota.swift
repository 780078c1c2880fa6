import ConclavePeersCore
import ConclavePrimitives
import ConclaveTransport

/// One peer's quota on one channel, in one direction: messages, bytes, or both. A message counts in bytes
/// with the frame around it, so that empty ones are not free.
struct ChannelQuota {
    private var messages: Allowance?
    private var bytes: Allowance?

    /// Nil for what has no limit. The largest message must not cost more than the burst of `bytes`.
    init(messages: Rate?, bytes: Rate?) {
        self.messages = messages.map { Allowance(rate: $0) }
        self.bytes = bytes.map { Allowance(rate: $0) }
    }

    /// Takes a message of so many bytes out of the quota, or says when there will be so much. What is refused
    /// costs nothing.
    mutating func take(bytes count: Int, at now: Instant) -> Instant? {
        var (messages, bytes) = (messages, bytes)
        let until = later(
            messages?.take(1, at: now), bytes?.take(count + Batch.frameBytes, at: now))
        guard until == nil else { return until }
        (self.messages, self.bytes) = (messages, bytes)
        return nil
    }

    /// Charges messages that are here already, and what is owed; says until when their sender has to be read
    /// more slowly.
    mutating func charge(messages count: Int, cost: Int, at now: Instant) -> Instant? {
        later(messages?.charge(count, at: now), bytes?.charge(cost, at: now))
    }

    private func later(_ one: Instant?, _ other: Instant?) -> Instant? {
        guard let one, let other else { return one ?? other }
        return max(one, other)
    }
}

/// One rate, with what is used up of it and what is owed.
private struct Allowance {
    let rate: Rate
    var limit = RateLimit()
    /// What came although nothing was left: charged as soon as there is.
    var owed = 0

    mutating func take(_ count: Int, at now: Instant) -> Instant? {
        switch limit.take(count, of: rate, at: now) {
        case .granted: nil
        case .limited(let until): until
        }
    }

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
