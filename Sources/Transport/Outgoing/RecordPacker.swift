package import ConclaveCryptography
package import ConclavePrimitives

/// The link's half of the outgoing lanes: chooses by priority what leaves next, and seals it.
package struct RecordPacker: ~Copyable {
    private var waiting: WaitingLanes
    /// Charge and number of what was sealed since ``takeSealed()``.
    private var sealed = (messages: 0, bytes: 0)
    /// How long what was sealed had waited since it was accepted.
    package private(set) var waits = QueueWait()

    package init(_ layout: RecordLayout = .singles) {
        waiting = WaitingLanes(layout)
    }

    // Stored: a computed one is a call to which the whole packer would be copied.
    package private(set) var isEmpty = true

    /// Takes over everything that waits in `outgoing`.
    package mutating func take(from outgoing: inout OutgoingLanes) {
        waiting.take(from: &outgoing)
        isEmpty = waiting.isEmpty
    }

    /// The peer's hello came: records may be so long from now on.
    package mutating func agreed(recordBytes: Int) {
        waiting.recordBytes = recordBytes
    }

    /// Seals into `queue` until nothing waits or one more segment would take it above `budget` bytes; at
    /// least one. What is sealed can no longer be overtaken, so the budget is what an urgent message may
    /// have to wait for.
    package mutating func pack(
        into queue: inout SealedQueue, key: inout SealingKey, segments: SegmentPool, budget: Int,
        at now: Instant
    ) throws(NonceExhausted) {
        defer { isEmpty = waiting.isEmpty }
        while let lane = waiting.next(),
            queue.isEmpty || queue.bytes + waiting.recordBytes(of: lane) <= budget
        {
            let segment =
                switch waiting.layout {
                case .singles: nextFrames(of: lane, segments)
                case .packed:
                    nextRecord(of: lane, segments, filling: queue.isEmpty ? .max : budget - queue.bytes)
                }
            guard let segment else { return }
            try segment.seal(waiting.layout, with: &key)
            sealed.messages += segment.messages
            sealed.bytes += segment.charge
            if segment.messages > 0 { waits.add(from: segment.since, to: now, count: segment.messages) }
            queue.append(segment)
        }
    }

    /// What was sealed since the last call, for ``OutgoingLanes/sealed(messages:bytes:)``.
    package mutating func takeSealed() -> (messages: Int, bytes: Int) {
        defer { sealed = (0, 0) }
        return sealed
    }

    /// One record, which begins with the head of the lane and is filled with so much of what else waits.
    private mutating func nextRecord(of lane: Int, _ segments: SegmentPool, filling bytes: Int) -> Segment? {
        PackedRecord.next(of: lane, from: &waiting, filling: bytes, segments)
    }

    /// The entry at the head of the lane, each message of it a record of its own.
    private mutating func nextFrames(of lane: Int, _ segments: SegmentPool) -> Segment? {
        guard let entry = waiting.first(lane) else { return nil }
        waiting.removeFirst(lane)
        let segment = segment(of: entry, segments)
        waiting.leave(segment.count, of: lane)
        return segment
    }

    private func segment(of entry: OutgoingEntry, _ segments: SegmentPool) -> Segment {
        switch entry {
        case .segment(let segment): return segment
        case .message(let message, let channel, _, let since):
            let charge = FrameWriter.room(.singles, channel: channel, count: message.count)
            let segment = segments.take(atLeast: charge)
            unsafe message.withUnsafeBytes { bytes in
                var writer = unsafe FrameWriter(.singles, at: segment.base)
                unsafe writer.message(bytes, tag: DataMessage.tag, channel: channel)
            }
            segment.count = charge
            segment.messages = 1
            segment.charge = charge
            segment.held = charge
            segment.since = since
            return segment
        }
    }
}
