internal import ConclavePrimitives

/// So much at once, and as much again each second.
struct TokenBucket: Sendable {
    private let capacity: Int
    /// Below zero after ``spend(_:at:)`` of more than there was.
    private var tokens: Int
    private var filledAt: Instant?

    init(capacity: Int) {
        self.capacity = capacity
        tokens = capacity
    }

    /// Takes `count` if there are that many.
    mutating func take(_ count: Int, at now: Instant) -> Bool {
        fill(at: now)
        guard tokens >= count else { return false }
        tokens -= count
        return true
    }

    /// Takes `count` whether there are that many or not: what follows waits longer.
    mutating func spend(_ count: Int, at now: Instant) {
        fill(at: now)
        tokens = max(tokens - min(max(count, 0), 2 * capacity), -capacity)
    }

    private mutating func fill(at now: Instant) {
        guard let last = filledAt else {
            filledAt = now
            return
        }
        let elapsed = last.duration(to: now)
        guard elapsed > .zero else { return }
        let gained = min(Double(capacity), Double(capacity) * (elapsed / .seconds(1)))
        guard gained >= 1 else { return }
        tokens = min(capacity, tokens + Int(gained))
        filledAt = now
    }
}
