import ConclaveRuntime
package import ConclaveTransport

/// Memory that nobody uses at the moment, for all links of a process.
package struct MemoryPools: Sendable {
    /// What each pool keeps at most: enough that 64 busy links never allocate.
    private static let keepBytes = 4 << 20
    /// What each pool keeps of each size although nobody needs it: a few links that speak once in a while
    /// never allocate either.
    private static let idleBytes = 128 << 10

    // Both stand here too, so that a message reaches them without a step between.
    package let segments: SegmentPool
    package let slabs: SlabPool
    private let pools: IdleMemory.Pools

    /// Pools that keep what they have.
    package init() {
        self.init(IdleMemory.Pools(PoolTerms(keepBytes: Self.keepBytes, idleBytes: Self.keepBytes) {}))
    }

    /// Pools that give up what nobody has needed for a while, where the body of the runtime wants memory
    /// back.
    init(in context: Context) {
        guard let giveBack = context.commons.giveBack else {
            self.init()
            return
        }
        let idle = IdleMemory(on: context.executor, clock: context.clock, giveBack: giveBack)
        let terms = PoolTerms(keepBytes: Self.keepBytes, idleBytes: Self.idleBytes) { idle.appeared() }
        self.init(IdleMemory.Pools(terms))
        idle.watch(pools)
    }

    private init(_ pools: IdleMemory.Pools) {
        self.pools = pools
        (segments, slabs) = (pools.segments, pools.slabs)
    }
}
