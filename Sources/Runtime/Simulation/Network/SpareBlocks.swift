/// Memory that nobody uses now, in the order in which it came free: the newest is still in a cache.
@safe
struct SpareBlocks: ~Copyable {
    /// A vote or a heartbeat with its record; what is longer has memory of its own.
    private static let blockBytes = 512

    private var blocks: [UnsafeMutableRawPointer]

    init() {
        unsafe blocks = []
    }

    deinit {
        for place in unsafe blocks.indices { unsafe blocks[place].deallocate() }
    }

    /// Memory for `bytes` bytes or more.
    mutating func take(_ bytes: Int) -> (start: UnsafeMutableRawPointer, capacity: Int) {
        if bytes <= Self.blockBytes, let block = unsafe blocks.popLast() {
            return unsafe (block, Self.blockBytes)
        }
        let capacity = max(bytes, Self.blockBytes)
        let block = UnsafeMutableRawPointer.allocate(byteCount: capacity, alignment: 16)
        return unsafe (block, capacity)
    }

    mutating func give(_ block: UnsafeMutableRawPointer, _ capacity: Int) {
        if capacity == Self.blockBytes {
            unsafe blocks.append(block)
        } else {
            unsafe block.deallocate()
        }
    }
}
