import ConclavePrimitives

/// Sealed segments on their way into the socket. What the kernel does not take stays where it is:
/// back-pressure copies nothing.
@safe
package struct SealedQueue: ~Copyable {
    /// Most buffers offered in one write; Linux takes 1,024.
    private static let buffersMax = 64

    private var segments = RingBuffer<Segment>()
    /// Bytes of the first segment that were written.
    private var written = 0
    /// Bytes not written yet.
    package private(set) var bytes = 0
    /// Messages in segments not written whole yet.
    package private(set) var messages = 0
    /// Memory of the segments that were given back since ``takeFreed()``.
    private var freed = 0

    package init() {}

    package var isEmpty: Bool { segments.isEmpty }

    mutating func append(_ segment: Segment) {
        segments.append(segment)
        bytes += segment.wire.count
        messages += segment.messages
    }

    /// Bytes that ``withBuffers(_:)`` lends.
    package var bytesOffered: Int {
        var sum = -written
        for offset in 0..<offered { sum += segments[offset]?.wire.count ?? 0 }
        return sum
    }

    private var offered: Int { min(segments.count, Self.buffersMax) }

    /// Lends the buffers at the front, in order. Not generic over what `body` makes of them: that would be
    /// looked up at every write.
    package borrowing func withBuffers(_ body: (UnsafeBufferPointer<UnsafeRawBufferPointer>) -> Void) {
        guard segments.count > 1 else {
            // The segment is not held on to meanwhile: to let go of it behind the write would wait for all
            // that the write has touched.
            guard let rest = unsafe segments.first?.unwritten(written) else { return }
            return unsafe withUnsafePointer(to: rest) {
                unsafe body(UnsafeBufferPointer(start: $0, count: 1))
            }
        }
        unsafe withUnsafeTemporaryAllocation(of: UnsafeRawBufferPointer.self, capacity: offered) { buffers in
            var count = 0
            for offset in 0..<offered {
                guard let segment = segments[offset] else { break }
                let skipped = offset == 0 ? written : 0
                unsafe buffers.initializeElement(at: offset, to: segment.unwritten(skipped))
                count += 1
            }
            unsafe body(UnsafeBufferPointer(rebasing: buffers[..<count]))
        }
    }

    /// So many bytes from the front were written.
    ///
    /// - Returns: the messages that have left whole with the segment they are in.
    package mutating func consume(_ count: Int, segments pool: SegmentPool) -> Int {
        bytes -= count
        var left = count + written
        var done = 0
        while let segment = segments.first, left >= segment.wire.count {
            left -= segment.wire.count
            done += segment.messages
            _ = segments.popFirst()
            freed += segment.held
            pool.give(segment)
        }
        written = left
        messages -= done
        segments.shrink(above: 64)
        return done
    }

    /// Bytes that came free since the last call, for ``OutgoingLanes/freed(_:)``.
    package mutating func takeFreed() -> Int {
        defer { freed = 0 }
        return freed
    }

    /// Messages of the segment at the front that were written whole, although the segment was not: for the
    /// books of a link that was cut.
    package var messagesWrittenInPart: Int { segments.first?.messages(in: written) ?? 0 }
}
