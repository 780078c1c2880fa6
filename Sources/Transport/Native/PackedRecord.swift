import ConclaveCodec
import ConclavePrimitives

/// One record of the `native` profile while it is put together out of what waits.
///
/// What a lane's senders have filled is sealed where it lies; small segments and messages of other lanes are
/// copied in behind it as long as they fit. A message that does not fit takes whatever room there is, so that
/// records are full; one that would fit the next record only if much of this one would stay empty.
struct PackedRecord: ~Copyable {
    /// A piece shorter than this is not worth its head while more of the message follows.
    private static let pieceBytesMin = 1_024

    /// A message that fits the next record is cut only to fill so much of this one, an eighth: a record costs
    /// both sides a call of the kernel and a seal, and a cut costs the receiver a copy of the message. With
    /// messages of 16 KiB that is four instead of three a record, and 0.13 to 0.16 million a second.
    private static let gapBytesMin = 8_192

    private let segment: Segment
    private let recordBytes: Int
    /// Up to where this one may be filled.
    private let limit: Int

    /// The next record, which begins with what waits at the head of `lane`.
    ///
    /// - Parameter bytes: how far more may be added behind that.
    static func next(
        of lane: Int, from waiting: inout WaitingLanes, filling bytes: Int, _ segments: SegmentPool
    ) -> Segment? {
        let needed = min(waiting.recordBytes(of: lane) + DataMessage.headerBytesMax, waiting.recordBytes)
        let limit = min(max(bytes, needed), waiting.recordBytes)
        let segment: Segment
        if let filled = waiting.takeSegment(lane) {
            segment = filled
            waiting.leave(segment.count, of: lane)
        } else {
            guard waiting.first(lane) != nil else { return nil }
            segment = segments.take(atLeast: waiting.isAlone(lane) ? needed : limit)
        }
        guard waiting.next() != nil else { return segment }
        let record = PackedRecord(segment, waiting.recordBytes, limit)
        while record.room > 0, let lane = waiting.next(), record.add(lane, from: &waiting, segments) {}
        return record.segment
    }

    private init(_ segment: Segment, _ recordBytes: Int, _ limit: Int) {
        self.segment = segment
        self.recordBytes = recordBytes
        self.limit = limit
    }

    private var room: Int { min(segment.capacity, limit) - segment.count }

    /// Adds what waits at the head of the lane; false if it has to wait for the next record.
    private func add(_ lane: Int, from waiting: inout WaitingLanes, _ segments: SegmentPool) -> Bool {
        let before = segment.count
        switch waiting.first(lane) {
        case nil: return false
        case .segment(let other):
            guard other.count <= room else { return false }
            append(other)
            waiting.removeFirst(lane)
            segments.give(other)
        case .message(let message, let channel, let tag, let since):
            let charge = FrameWriter.room(.packed, channel: channel, count: message.count)
            if waiting.sent[lane] == 0, charge <= room {
                unsafe write(message) { unsafe $0.message($1, tag: tag.byte, channel: channel) }
                waiting.removeFirst(lane)
                count(charge, since)
            } else {
                let isCut = waiting.sent[lane] > 0 || charge > recordBytes || room >= Self.gapBytesMin
                guard isCut else { return false }
                guard let sent = addPiece(of: message, from: waiting.sent[lane], tag, channel) else {
                    return false
                }
                waiting.sent[lane] = sent
                if sent == message.count {
                    waiting.removeFirst(lane)
                    count(charge, since)
                }
            }
        }
        waiting.leave(segment.count - before, of: lane)
        return true
    }

    /// A message that was kept by reference ends in this record; its memory is free when that is written.
    private func count(_ charge: Int, _ since: Instant) {
        waited(since)
        segment.messages += 1
        segment.charge += charge
        segment.held += charge
    }

    /// The record is given the wait of its oldest message.
    private func waited(_ since: Instant) {
        segment.since = segment.messages == 0 ? since : min(segment.since, since)
    }

    private func append(_ other: Segment) {
        unsafe (segment.base + segment.count).copyMemory(from: other.base, byteCount: other.count)
        if other.messages > 0 { waited(other.since) }
        segment.count += other.count
        segment.held += other.held
        segment.messages += other.messages
        segment.charge += other.charge
    }

    /// Fills the room with the bytes that follow the first `sent`; returns how many have left with these, or
    /// nil if so few would fit that they had better wait.
    private func addPiece(of message: [UInt8], from sent: Int, _ whole: MessageTag, _ channel: UInt64) -> Int?
    {
        let left = message.count - sent
        let isFirst = sent == 0
        let head = isFirst ? 1 + varintLength(channel) + varintLength(UInt64(message.count)) : 1
        let piece = min(left, room - head - varintLength(UInt64(max(room, 0))))
        guard piece == left || piece >= Self.pieceBytesMin else { return nil }
        unsafe write(message) { writer, bytes in
            writer.byte((isFirst ? whole.asFirst : whole.asNext).byte)
            if isFirst {
                writer.varint(channel)
                writer.varint(UInt64(message.count))
            }
            writer.varint(UInt64(piece))
            unsafe writer.bytes(UnsafeRawBufferPointer(rebasing: bytes[sent..<(sent + piece)]))
        }
        return sent + piece
    }

    private func write(_ message: [UInt8], _ body: (inout FrameWriter, UnsafeRawBufferPointer) -> Void) {
        var writer = unsafe FrameWriter(.packed, at: segment.base + segment.count)
        unsafe message.withUnsafeBytes { unsafe body(&writer, $0) }
        segment.count = unsafe writer.at - segment.base
    }
}
