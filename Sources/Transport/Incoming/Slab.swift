/// Incoming memory: the plaintext of what one read of one peer brought.
///
/// Filled by the link's executor, then only read, by whoever holds a ``Batch`` or ``Message`` of it; the last
/// of them gives the memory back from its own thread. A slab never mixes peers, so a slow reader of one peer
/// pins only that peer's memory.
@safe
final class Slab: @unchecked Sendable {  // written only before it is shared, see above
    let base: UnsafeMutableRawPointer
    /// Bytes of memory that this slab pins; what a lane is charged for.
    let capacity: Int
    private let pool: SlabPool?

    init(_ memory: SlabMemory, pool: SlabPool?) {
        unsafe base = memory.base
        capacity = memory.capacity
        self.pool = pool
    }

    deinit {
        let memory = unsafe SlabMemory(base: base, capacity: capacity)
        if let pool { pool.give(memory) } else { memory.free() }
    }
}

/// Memory without an owner: in a pool, or on its way into a slab.
@safe
struct SlabMemory: @unchecked Sendable {  // plain memory; whoever holds the value owns it
    let base: UnsafeMutableRawPointer
    let capacity: Int

    init(base: UnsafeMutableRawPointer, capacity: Int) {
        unsafe self.base = base
        self.capacity = capacity
    }

    init(allocating capacity: Int, alignment: Int = 64) {
        unsafe base = .allocate(byteCount: capacity, alignment: alignment)
        self.capacity = capacity
    }

    func free() { unsafe base.deallocate() }
}
