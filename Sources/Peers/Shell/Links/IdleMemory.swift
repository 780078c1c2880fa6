import ConclavePrimitives
import ConclaveRuntime
import ConclaveTransport
import Synchronization

/// Sees to it that pools give up what nobody needs: after a flood a process would keep its memory for ever.
///
/// It looks when there is something, and then once in ``patience`` until there is nothing more. What was
/// needed at no time between two looks goes back to the allocator. What a busy node needs again and again it
/// keeps, so its steady path allocates nothing. Who speaks less often than it looks has what is above
/// ``PoolTerms/idleBytes`` anew from the allocator each time.
final class IdleMemory: Wakeable {
    /// So short that memory is there for others soon.
    static let patience = Duration.milliseconds(250)
    /// So much has to have been given up until the allocator is asked to give it to the kernel.
    static let worthwhileBytes = 1 << 20
    /// From one time that the kernel is given something to the next, at least. It took 0.5 to 2.6 ms with
    /// 1,000 links, 11 ms at worst (Docs/Performance.md), in which the loop does nothing else.
    static let distance = Duration.seconds(10)

    /// The pools of a process. An object of its own, because each message counts references to the pools:
    /// that takes ten times as long for an object that anybody refers to weakly.
    final class Pools: Sendable {
        let segments: SegmentPool
        let slabs: SlabPool

        init(_ terms: PoolTerms) {
            segments = SegmentPool(terms)
            slabs = SlabPool(terms)
        }
    }

    private struct State {
        weak var pools: Pools?
        /// An alarm is set.
        var isWaiting = false
        /// Given up since the kernel was last given something.
        var freedBytes = 0
        /// When it may be given something again.
        var nextGift = Instant(nanoseconds: 0)

        /// What a look leads to: whether the kernel is given something, and whether there has to be another.
        mutating func looked(_ look: PoolLook, at now: Instant) -> (gives: Bool, looksAgain: Bool) {
            freedBytes += look.freedBytes
            let isWorthwhile = freedBytes >= worthwhileBytes
            // While pools shrink, more is to come.
            let isAtRest = look.freedBytes == 0 || !look.isAbove
            let gives = isWorthwhile && isAtRest && nextGift <= now
            if gives {
                freedBytes = 0
                nextGift = now.advanced(by: distance)
            }
            return (gives, look.isAbove || isWorthwhile && !gives)
        }
    }

    private let executor: any RuntimeExecutor
    private let clock: any RuntimeClock
    private let giveBack: @Sendable () -> Void
    private let state = Lock(State())

    init(on executor: any RuntimeExecutor, clock: any RuntimeClock, giveBack: @escaping @Sendable () -> Void)
    {
        self.executor = executor
        self.clock = clock
        self.giveBack = giveBack
    }

    /// These are its pools. They keep it, and it does not keep them.
    func watch(_ pools: Pools) {
        state.withLock { $0.pools = pools }
    }

    /// A pool has more than stays in any case. From any thread.
    func appeared() {
        let isFirst = state.withLock { state in
            defer { state.isWaiting = true }
            return !state.isWaiting
        }
        if isFirst { _ = executor.setAlarm(at: clock.now.advanced(by: Self.patience), for: self) }
    }

    func woke(_ alarm: Alarm) {
        let pools = state.withLock { state in
            // Before the look, so that what a pool says meanwhile is not lost.
            state.isWaiting = false
            return state.pools
        }
        guard let pools else { return }
        var look = pools.segments.giveUpUnneeded()
        look += pools.slabs.giveUpUnneeded()
        let now = clock.now
        let (gives, looksAgain) = state.withLock { [look] in $0.looked(look, at: now) }
        if looksAgain { appeared() }
        if gives { giveBack() }
    }
}
