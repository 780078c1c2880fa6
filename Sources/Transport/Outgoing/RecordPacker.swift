package import ConclaveCryptography
import ConclavePrimitives

/// The link's half of the outgoing lanes: chooses by priority what leaves next, and seals it.
///
/// More urgent lanes go first. So that the lower ones do not starve, each that waits earns 1/16 of the bytes
/// that pass it by, and takes a turn when that adds up to a segment.
package struct RecordPacker: ~Copyable {
    /// Bytes of a more urgent lane per byte guaranteed to each waiting lower one.
    private static let share = 16
    /// Bytes a lane must have earned for a turn out of order, and the most it can save up.
    private static let turnBytes = 16_384, creditMax = 65_536

    private var lanes = InlineArray<6, RingBuffer<OutgoingEntry>>(repeating: RingBuffer())
    private var credits = InlineArray<6, Int>(repeating: 0)
    /// Charge and number of what was sealed since ``takeSealed()``.
    private var sealed = (messages: 0, bytes: 0)

    package init() {}

    package var isEmpty: Bool {
        for lane in lanes.indices where !lanes[lane].isEmpty { return false }
        return true
    }

    /// Takes over everything that waits in `outgoing`.
    package mutating func take(from outgoing: inout OutgoingLanes) {
        for lane in lanes.indices { outgoing.take(lane, into: &lanes[lane]) }
    }

    /// Seals into `queue` until nothing waits or one more segment would take it above `budget` bytes; at
    /// least one. What is sealed can no longer be overtaken, so the budget is what an urgent message may have
    /// to wait for.
    package mutating func pack(
        into queue: inout SealedQueue, key: inout SealingKey, segments: SegmentPool, budget: Int
    ) throws(NonceExhausted) {
        while let lane = next(), let entry = lanes[lane].first,
            queue.isEmpty || queue.bytes + entry.wireBytes <= budget
        {
            _ = lanes[lane].popFirst()
            let segment = segment(of: entry, segments)
            try segment.seal(with: &key)
            sealed.messages += segment.messages
            sealed.bytes += segment.charge
            credit(lane, segment.count)
            queue.append(segment)
        }
    }

    /// What was sealed since the last call, for ``OutgoingLanes/sealed(messages:bytes:)``.
    package mutating func takeSealed() -> (messages: Int, bytes: Int) {
        defer { sealed = (0, 0) }
        return sealed
    }

    /// The most urgent lane that waits, unless a lower one has earned its turn.
    private func next() -> Int? {
        var chosen: Int?
        for lane in lanes.indices where !lanes[lane].isEmpty {
            if chosen == nil { chosen = lane } else if credits[lane] >= Self.turnBytes { return lane }
        }
        return chosen
    }

    private mutating func credit(_ sent: Int, _ bytes: Int) {
        credits[sent] = max(0, credits[sent] - bytes)
        for lower in (sent + 1)..<max(lanes.count, sent + 1) where !lanes[lower].isEmpty {
            credits[lower] = min(credits[lower] + bytes / Self.share, Self.creditMax)
        }
    }

    private func segment(of entry: OutgoingEntry, _ segments: SegmentPool) -> Segment {
        switch entry {
        case .segment(let segment): return segment
        case .message(let message, let channel):
            let charge = FrameWriter.room(channel: channel, count: message.count)
            let segment = segments.take(atLeast: charge)
            unsafe message.withUnsafeBytes { bytes in
                var writer = unsafe FrameWriter(at: segment.base)
                unsafe writer.message(bytes, channel: channel)
            }
            segment.count = charge
            segment.messages = 1
            segment.charge = charge
            return segment
        }
    }
}
