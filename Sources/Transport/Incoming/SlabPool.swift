import ConclavePrimitives

/// Keeps the memory of slabs between reads, so that a busy link neither allocates nor faults in pages.
package final class SlabPool: Sendable {
    /// Up to here the allocator's own cache is as good as a pool.
    private static let smallest = 4_096
    private static let classes = 24

    private struct State {
        var free: [[SlabMemory]] = Array(repeating: [], count: SlabPool.classes)
        var bytes = 0
    }

    private let keepBytes: Int
    private let state: Lock<State>

    /// `keepBytes`: how much memory waits here at most; what is given back beyond it is freed.
    package init(keepBytes: Int) {
        self.keepBytes = keepBytes
        state = Lock(State())
    }

    deinit {
        state.withLock { state in
            for memory in state.free.joined() { memory.free() }
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
            guard let memory = state.free[sizeClass].popLast() else { return nil }
            state.bytes -= memory.capacity
            return memory
        }
        return Slab(kept ?? SlabMemory(allocating: 1 << sizeClass), pool: self)
    }

    func give(_ memory: SlabMemory) {
        let isKept = state.withLock { state -> Bool in
            guard state.bytes + memory.capacity <= keepBytes else { return false }
            state.bytes += memory.capacity
            state.free[Self.sizeClass(memory.capacity)].append(memory)
            return true
        }
        if !isKept { memory.free() }
    }

    /// The exponent of the smallest power of two that holds `bytes`.
    private static func sizeClass(_ bytes: Int) -> Int {
        Int.bitWidth - (bytes - 1).leadingZeroBitCount
    }
}
