import Conclave

/// Sees from outside what the validators of a chain build and deliver, and finds what must not be.
package final class ChainBooks: Sendable {
    fileprivate struct State {
        /// Roots of all bodies that anybody has built.
        var built: Set<Digest> = []
        /// What was delivered first at each height, from 1 on.
        var finals: [Digest] = []
        /// By validator: what its application has kept, which outlives its process.
        var chains: [[Digest]]
        /// By validator: when it delivered its newest block.
        var deliveredAt: [WallTime?]
        var intervals: [Duration] = [], finalities: [Duration] = []
        /// When the newest height was first delivered by anybody, and the longest time from one to the next.
        var finalAt: WallTime?
        var longestGap = Duration.zero
        var violation: String?
    }

    private let state: Lock<State>

    init(validators: Int) {
        state = Lock(
            State(
                chains: Array(repeating: [], count: validators),
                deliveredAt: Array(repeating: nil, count: validators)))
    }

    // MARK: What validators do

    func built(_ body: [UInt8]) {
        let root = Digest(of: body)
        state.withLock { _ = $0.built.insert(root) }
    }

    /// Agreement, validity, and no gap.
    func delivered(_ block: Block, by validator: Int, at now: WallTime) {
        state.withLock { state in
            let height = Int(clamping: block.height.number), kept = state.chains[validator].count
            guard height >= 1, height <= kept + 1 else {
                return state.violate("validator-\(validator) delivers \(height) after \(kept)")
            }
            guard state.built.contains(block.header.bodyRoot) else {
                return state.violate("validator-\(validator) delivers \(height), which nobody built")
            }
            if height > state.finals.count {
                state.finals.append(block.digest)
                state.timeGap(now)
            }
            guard state.finals[height - 1] == block.digest else {
                return state.violate("validator-\(validator) delivers another block at \(height)")
            }
            guard height == kept + 1 else { return }
            let parent = height > 1 ? state.chains[validator][height - 2] : nil
            guard parent == nil || parent == block.header.parent else {
                return state.violate("validator-\(validator): \(height) does not follow \(height - 1)")
            }
            state.chains[validator].append(block.digest)
            state.time(block, by: validator, at: now)
        }
    }

    /// Two certificates that cannot coexist, or proof against one who never lied.
    func accused(_ what: String) { state.withLock { $0.violate(what) } }

    // MARK: What is asked

    var violation: String? { state.withLock { $0.violation } }

    /// By validator: the newest height that it has kept.
    package var heights: [Int] { state.withLock { $0.chains.map(\.count) } }

    /// Forgets how long everything took until now.
    package func forgetTimes() {
        state.withLock { state in
            state.intervals = []
            state.finalAt = nil
            state.longestGap = .zero
            state.finalities = []
            state.deliveredAt = state.deliveredAt.map { _ in nil }
        }
    }

    /// The longest time without a final block anywhere, between two blocks.
    package var longestGap: Duration { state.withLock { $0.longestGap } }

    /// Between blocks, and from a block's building to its delivery; of all validators, ascending.
    var times: (intervals: [Duration], finalities: [Duration]) {
        state.withLock { ($0.intervals.sorted(), $0.finalities.sorted()) }
    }
}

extension ChainBooks.State {
    fileprivate mutating func violate(_ text: String) { violation = violation ?? text }

    fileprivate mutating func timeGap(_ now: WallTime) {
        if let finalAt { longestGap = max(longestGap, Self.time(from: finalAt, to: now)) }
        finalAt = now
    }

    private static func time(from start: WallTime, to end: WallTime) -> Duration {
        .milliseconds(Int64(end.milliseconds) - Int64(start.milliseconds))
    }

    fileprivate mutating func time(_ block: Block, by validator: Int, at now: WallTime) {
        finalities.append(Self.time(from: block.header.time, to: now))
        if let last = deliveredAt[validator] { intervals.append(Self.time(from: last, to: now)) }
        deliveredAt[validator] = now
    }
}
