import ConclavePrimitives

/// Keeps the memory of slabs between reads, so that a busy link neither allocates nor faults in pages.
package final class SlabPool: Sendable {
    /// Up to here the allocator's own cache is as good as a pool.
    private static let smallest = 4_096
    private static let classes = 24

    private struct State {
        var free = Array(repeating: Spares<SlabMemory>(), count: SlabPool.classes)
        var bytes = 0
        /// Whether it was told that more waits than stays in any case.
        var isNoted = false
    }

    private let terms: PoolTerms
    private let state: Lock<State>

    /// `keepBytes`: how much memory waits here at most, and stays; what is given back beyond it is freed.
    package convenience init(keepBytes: Int) {
        self.init(PoolTerms(keepBytes: keepBytes, idleBytes: keepBytes) {})
    }

    package init(_ terms: PoolTerms) {
        self.terms = terms
        state = Lock(State())
    }

    deinit {
        state.withLock { state in
            for sizeClass in state.free.indices {
                for memory in state.free[sizeClass].takeAll() { memory.free() }
            }
        }
    }

    /// A slab with room for `bytes`. Sizes above 4 KiB are rounded up to a power of two.
    func take(_ bytes: Int) -> Slab {
        guard bytes > Self.smallest else {
            // From 16 on Swift asks for an aligned block, which malloc does not have in its cache.
            return Slab(SlabMemory(allocating: max(bytes, 16), alignment: 8), pool: nil)
        }
        let sizeClass = Self.sizeClass(bytes)
        guard sizeClass < Self.classes else { return Slab(SlabMemory(allocating: bytes), pool: nil) }
        let kept = state.withLock { state -> SlabMemory? in
            guard let memory = state.free[sizeClass].take() else { return nil }
            state.bytes -= memory.capacity
            return memory
        }
        return Slab(kept ?? SlabMemory(allocating: 1 << sizeClass), pool: self)
    }

    func give(_ memory: SlabMemory) {
        let sizeClass = Self.sizeClass(memory.capacity)
        let (isKept, isNews) = state.withLock { state -> (Bool, Bool) in
            guard state.bytes + memory.capacity <= terms.keepBytes else { return (false, false) }
            state.bytes += memory.capacity
            state.free[sizeClass].give(memory)
            guard !state.isNoted, state.free[sizeClass].count > idle(sizeClass) else { return (true, false) }
            state.isNoted = true
            return (true, true)
        }
        if !isKept { memory.free() }
        if isNews { terms.whenAbove() }
    }

    /// How many of a size stay although nobody needs them.
    private func idle(_ sizeClass: Int) -> Int { terms.idleBytes >> sizeClass }

    /// Gives up what nobody has needed since the last call.
    package func giveUpUnneeded() -> PoolLook {
        let (unneeded, isAbove) = state.withLock { state -> ([SlabMemory], Bool) in
            var unneeded: [SlabMemory] = []
            state.isNoted = false
            for sizeClass in state.free.indices {
                unneeded += state.free[sizeClass].takeUnneeded(leaving: idle(sizeClass))
                if state.free[sizeClass].count > idle(sizeClass) { state.isNoted = true }
            }
            for memory in unneeded { state.bytes -= memory.capacity }
            return (unneeded, state.isNoted)
        }
        for memory in unneeded { memory.free() }
        return PoolLook(freed: unneeded.lazy.map(\.capacity), isAbove: isAbove)
    }

    /// The exponent of the smallest power of two that holds `bytes`.
    private static func sizeClass(_ bytes: Int) -> Int {
        Int.bitWidth - (bytes - 1).leadingZeroBitCount
    }
}
