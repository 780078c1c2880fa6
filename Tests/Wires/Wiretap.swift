import ConclaveCodec
package import ConclaveCryptography
package import ConclavePrimitives
package import ConclaveTransport

/// The two halves of one direction of a link, with the bytes between them in the hands of the test.
package final class Wiretap {
    package static let key = [UInt8](repeating: 7, count: 32)

    /// Who is on the other side.
    package static func peer() throws(KeyError) -> PublicKey {
        guard let peer = PublicKey([UInt8](repeating: 1, count: PublicKey.byteCount)) else {
            throw .length(expected: PublicKey.byteCount, given: 0)
        }
        return peer
    }

    package let segments = SegmentPool(keepBytes: 1 << 20)
    package let slabs = SlabPool(keepBytes: 1 << 20)
    package var lanes: OutgoingLanes
    package var packer: RecordPacker
    package var queue = SealedQueue()
    package var sealing = SealingKey(key: key)

    /// What went back to the budget, or should have.
    package var surplus = 0
    /// What `send` and `wireBytes` take for the time.
    package var now = Instant(nanoseconds: 0)

    package init(
        messagesMax: Int = 1 << 20, bytesMax: Int = 1 << 30, layout: RecordLayout = .singles,
        budget: MemoryBudget = MemoryBudget(limit: 1 << 40), floor: Int = 0
    ) {
        lanes = OutgoingLanes(
            messagesMax: messagesMax, bytesMax: bytesMax, layout: layout,
            memory: QueueMemory(budget, floor: floor))
        packer = RecordPacker(layout)
    }

    package func send(
        _ message: [UInt8], coding: MessageCoding = .raw, channel: UInt64 = 0, priority: Priority = .normal
    ) -> Bool {
        offer(message, coding: coding, channel: channel, priority: priority) == .taken
    }

    package func offer(
        _ message: [UInt8], coding: MessageCoding = .raw, channel: UInt64 = 0, priority: Priority = .normal
    ) -> OutgoingLanes.Answer {
        lanes.append(
            message, coding: coding, channel: channel, priority: priority, segments: segments, now: { now })
    }

    package func send(_ item: ControlItem) {
        lanes.appendControl(item.encoded, segments: segments, at: now)
    }

    /// The peer's hello came.
    package func agreed(recordBytes: Int) {
        lanes.agreed(recordBytes: recordBytes)
        packer.agreed(recordBytes: recordBytes)
    }

    package func ping() {
        lanes.appendPing(segments: segments, at: now)
    }

    package func control(_ plaintext: [UInt8]) {
        lanes.appendControl(plaintext, segments: segments, at: now)
    }

    package var waiting: (messages: Int, bytes: Int) { (lanes.messages, lanes.bytes) }
    package var queued: (messages: Int, bytes: Int) { (queue.messages, queue.bytes) }
    package var isHalfEmpty: Bool { lanes.isHalfEmpty }

    /// Everything that waits, as it would leave: sealed and framed, at most `budget` bytes ahead.
    package func wireBytes(budget: Int = .max) throws -> [UInt8] {
        packer.take(from: &lanes)
        try packer.pack(into: &queue, key: &sealing, segments: segments, budget: budget, at: now)
        let sealed = packer.takeSealed()
        lanes.sealed(messages: sealed.messages, bytes: sealed.bytes)
        var wire: [UInt8] = []
        while !queue.isEmpty {
            var chunk: [UInt8] = []
            unsafe queue.withBuffers { buffers in unsafe chunk = buffers.flatMap { unsafe Array($0) } }
            wire += chunk
            _ = queue.consume(chunk.count, segments: segments)
        }
        surplus += lanes.freed(queue.takeFreed())
        return wire
    }
}
