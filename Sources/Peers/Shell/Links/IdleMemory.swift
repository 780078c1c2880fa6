import ConclavePrimitives
import ConclaveRuntime
import ConclaveTransport
import Synchronization

/// Sees to it that pools give up what nobody needs: after a flood a process would keep its memory for ever.
///
/// It looks when there is something, and then once in ``patience`` until there is nothing more. What was
/// needed at no time between two looks goes back to the allocator. What a busy node needs again and again it
/// keeps, so the steady path allocates nothing.
final class IdleMemory: Wakeable {
    /// Long enough that a node whose rounds take a second finds what the last one needed in a third of them
    /// at most gone; so short that memory is there for others soon.
    static let patience = Duration.milliseconds(250)
    /// So much has to have been given up until the allocator is asked to give it to the kernel: that takes
    /// up to a millisecond, and would not be worth it for less.
    static let worthwhileBytes = 1 << 20

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
        let isWorthwhile = state.withLock { state in
            state.freedBytes += look.freedBytes
            guard !look.isAbove, state.freedBytes >= Self.worthwhileBytes else { return false }
            state.freedBytes = 0
            return true
        }
        if look.isAbove { appeared() }
        if isWorthwhile { giveBack() }
    }
}
