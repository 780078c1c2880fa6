/// One received message. Shares the memory it was decrypted into, which lives as long as any message of it:
/// copy the bytes out (`Array(message)`) to keep a small message for long.
public struct Message: Sendable {
    private let slab: Slab
    private let start: Int
    public let count: Int

    init(slab: Slab, start: Int, count: Int) {
        self.slab = slab
        self.start = start
        self.count = count
    }

    /// The same message without its first `offset` bytes; at most all of them. Shares its memory.
    package func suffix(from offset: Int) -> Message {
        Message(slab: slab, start: start + offset, count: count - offset)
    }

    /// Bytes of memory that this message keeps alive: what its lane is charged.
    package var pinnedBytes: Int { slab.capacity }

    /// Whether both lie in the same memory, which is pinned once.
    package func sharesMemory(with other: Message) -> Bool { slab === other.slab }

    /// Lends the bytes where they lie.
    public func withBytes<Result>(_ body: (RawSpan) throws -> Result) rethrows -> Result {
        defer { withExtendedLifetime(slab) {} }
        return try body(unsafe UnsafeRawBufferPointer(start: slab.base + start, count: count).bytes)
    }
}

extension Message: RandomAccessCollection {
    public var startIndex: Int { 0 }
    public var endIndex: Int { count }

    public subscript(position: Int) -> UInt8 {
        precondition(position >= 0 && position < count, "byte \(position) of \(count)")
        return unsafe slab.base.load(fromByteOffset: start + position, as: UInt8.self)
    }

    public func withContiguousStorageIfAvailable<Result>(
        _ body: (UnsafeBufferPointer<UInt8>) throws -> Result
    ) rethrows -> Result? {
        defer { withExtendedLifetime(slab) {} }
        let bytes = unsafe slab.base.advanced(by: start).assumingMemoryBound(to: UInt8.self)
        return try unsafe body(UnsafeBufferPointer(start: bytes, count: count))
    }
}
