import ConclaveRuntime

/// Bytes, first in, first out, in memory that many queues share: thousands of connections write into the few
/// blocks that the caches still hold.
///
/// Plain memory and not an array: whoever appends to an array looks at its head first, which is in no cache.
@safe
struct ByteQueue: ~Copyable {
    private var start: UnsafeMutableRawPointer?
    private var capacity = 0
    private var head = 0, end = 0

    init() {
        unsafe start = nil
    }

    deinit {
        unsafe start?.deallocate()
    }

    var count: Int { end - head }
    /// Where the bytes lie.
    var memory: MemoryHint { unsafe MemoryHint(UnsafeRawPointer(start)) }

    mutating func append(_ bytes: UnsafeRawBufferPointer, spare: inout SpareBlocks) {
        guard let source = bytes.baseAddress else { return }
        if capacity - end < bytes.count { makeRoom(bytes.count, &spare) }
        if let start = unsafe start { unsafe (start + end).copyMemory(from: source, byteCount: bytes.count) }
        end += bytes.count
    }

    /// Moves the first bytes to `target`; there must be as many as fit.
    mutating func move(to target: UnsafeMutableRawBufferPointer, spare: inout SpareBlocks) {
        precondition(target.count <= count, "more is read than has arrived")
        if let start = unsafe start, let place = target.baseAddress {
            unsafe place.copyMemory(from: start + head, byteCount: target.count)
        }
        drop(target.count, spare: &spare)
    }

    /// Drops the first `bytes`. What is empty gives its memory up.
    mutating func drop(_ bytes: Int, spare: inout SpareBlocks) {
        head += bytes
        if head == end { giveUp(&spare) }
    }

    /// Drops all but the first `bytes`.
    mutating func keep(_ bytes: Int, spare: inout SpareBlocks) {
        end = head + bytes
        if head == end { giveUp(&spare) }
    }

    private mutating func giveUp(_ spare: inout SpareBlocks) {
        (head, end) = (0, 0)
        guard let memory = unsafe start.take() else { return }
        unsafe spare.give(memory, capacity)
        capacity = 0
    }

    /// Makes room for `bytes` behind the last: in front of which much was read, or in a larger block.
    @inline(never)
    private mutating func makeRoom(_ bytes: Int, _ spare: inout SpareBlocks) {
        if head > capacity / 2, count + bytes <= capacity, let start = unsafe start {
            unsafe start.copyMemory(from: start + head, byteCount: count)
        } else {
            let needed = max(count + bytes, 2 * capacity)
            let larger = unsafe spare.take(needed)
            if let start = unsafe start {
                unsafe larger.start.copyMemory(from: start + head, byteCount: count)
                unsafe spare.give(start, capacity)
            }
            unsafe start = larger.start
            capacity = unsafe larger.capacity
        }
        (head, end) = (0, count)
    }
}
