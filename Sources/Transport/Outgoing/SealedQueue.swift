/// Sealed segments on their way into the socket. What the kernel does not take stays where it is:
/// back-pressure copies nothing.
@safe
package struct SealedQueue: ~Copyable {
    /// Most buffers offered in one write; Linux takes 1,024.
    private static let buffersMax = 64

    private var segments: [Segment] = []
    private var head = 0
    /// Bytes of the first segment that were written.
    private var written = 0
    /// Bytes not written yet.
    package private(set) var bytes = 0
    /// Messages not written whole yet.
    package private(set) var messages = 0

    package init() {}

    package var isEmpty: Bool { head == segments.count }

    mutating func append(_ segment: Segment) {
        segments.append(segment)
        bytes += segment.count
        messages += segment.messages
    }

    /// Bytes that ``withBuffers(_:)`` lends.
    package var bytesOffered: Int {
        segments[head...].prefix(Self.buffersMax).reduce(-written) { $0 + $1.count }
    }

    /// Lends the buffers at the front, in order.
    package borrowing func withBuffers<Result>(
        _ body: (UnsafeBufferPointer<UnsafeRawBufferPointer>) -> Result
    ) -> Result {
        let count = min(segments.count - head, Self.buffersMax)
        return unsafe withUnsafeTemporaryAllocation(of: UnsafeRawBufferPointer.self, capacity: count) {
            buffers in
            for index in 0..<count {
                let segment = segments[head + index]
                let skipped = index == 0 ? written : 0
                unsafe buffers.initializeElement(
                    at: index,
                    to: UnsafeRawBufferPointer(start: segment.base + skipped, count: segment.count - skipped))
            }
            return unsafe body(UnsafeBufferPointer(buffers))
        }
    }

    /// So many bytes from the front were written.
    ///
    /// - Returns: the messages that have left whole.
    package mutating func consume(_ count: Int, segments pool: SegmentPool) -> Int {
        bytes -= count
        var left = count + written
        var done = 0
        while !isEmpty, left >= segments[head].count {
            let segment = segments[head]
            left -= segment.count
            done += segment.messages
            pool.give(segment)
            head += 1
        }
        written = left
        messages -= done
        if isEmpty {
            segments.removeAll(keepingCapacity: segments.count <= 64)
            head = 0
        }
        return done
    }
}
