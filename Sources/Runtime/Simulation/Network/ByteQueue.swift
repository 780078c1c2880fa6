import ConclavePrimitives

/// Bytes, first in, first out. What is empty can give its memory up for others to use: thousands of
/// connections write into the few buffers that the caches still hold.
struct ByteQueue {
    private var storage: [UInt8] = []
    private var head = 0

    var count: Int { storage.count - head }
    var hasNoMemory: Bool { storage.capacity == 0 }

    /// Takes memory for what comes; only while there is none.
    mutating func use(_ buffer: [UInt8]) { storage = buffer }

    /// The memory, while it is empty; nil if there is anything, or not worth keeping.
    mutating func giveUp() -> [UInt8]? {
        guard storage.isEmpty, storage.capacity > 0 else { return nil }
        return exchange(&storage, with: [])
    }

    mutating func append(_ bytes: UnsafeRawBufferPointer) {
        unsafe storage.append(contentsOf: bytes)
    }

    /// Moves the first bytes to `target`, as many as fit; there must be so many.
    mutating func move(to target: UnsafeMutableRawBufferPointer) {
        unsafe storage.withUnsafeBytes {
            unsafe target.copyMemory(from: .init(rebasing: $0[head..<(head + target.count)]))
        }
        drop(target.count)
    }

    /// Drops the first `bytes`.
    mutating func drop(_ bytes: Int) {
        head += bytes
        if head == storage.count {
            storage.removeAll(keepingCapacity: storage.capacity <= 16_384)
            head = 0
        } else if head > 65_536, head > storage.count / 2 {
            storage.removeSubrange(..<head)
            head = 0
        }
    }

    /// Drops all but the first `bytes`.
    mutating func keep(_ bytes: Int) {
        storage.removeSubrange((head + bytes)...)
    }
}
