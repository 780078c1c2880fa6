import ConclaveCodec
import ConclaveCryptography
import ConclavePrimitives

/// Outgoing memory, already shaped like the wire: senders append messages, the link seals them where they
/// lie and writes them. So a small message is copied once, from the sender's bytes to its place.
///
/// One owner at a time: the open end of a lane, then the packer, then the sealed queue, then the pool.
@safe
final class Segment: @unchecked Sendable {  // handed from owner to owner under the outbox's lock
    /// Room in front for the length of a record, a varint of at most five bytes; eight keeps what follows
    /// aligned.
    private static let headroom = 8

    private let memory: UnsafeMutableRawPointer
    /// Where the messages begin.
    let base: UnsafeMutableRawPointer
    /// Bytes of messages that fit; for the tag behind them there is room beside.
    let capacity: Int
    /// Bytes appended.
    var count = 0
    /// Messages that end in this segment, and the bytes the outbox counts for them.
    var messages = 0, charge = 0
    /// The sealed bytes, from ``base`` on; they may begin in front of it.
    private(set) var wire = 0..<0
    private var layout = RecordLayout.singles
    /// Bytes that the outbox holds for it in its memory account until it is written.
    var held = 0
    /// When its first message was accepted.
    var since = Instant(nanoseconds: 0)

    init(capacity: Int) {
        self.capacity = capacity
        let bytes = Self.headroom + capacity + SealingKey.overhead
        unsafe memory = .allocate(byteCount: bytes, alignment: 64)
        unsafe base = unsafe memory + Self.headroom
    }

    deinit {
        unsafe memory.deallocate()
    }

    func reset() {
        count = 0
        messages = 0
        charge = 0
        held = 0
        wire = 0..<0
    }

    /// The sealed bytes, behind those that were `written`.
    func unwritten(_ written: Int) -> UnsafeRawBufferPointer {
        unsafe UnsafeRawBufferPointer(start: base + wire.lowerBound + written, count: wire.count - written)
    }

    func seal(_ layout: RecordLayout, with key: inout SealingKey) throws(NonceExhausted) {
        self.layout = layout
        switch layout {
        case .singles: try sealFrames(with: &key)
        case .packed: try sealRecord(with: &key)
        }
    }

    /// Seals all of it as one record: its length goes in front, its tag behind.
    private func sealRecord(with key: inout SealingKey) throws(NonceExhausted) {
        try unsafe key.seal(base, count: count)
        let frame = UInt64(count + SealingKey.overhead)
        let start = -varintLength(frame)
        var writer = unsafe FrameWriter(.packed, at: base + start)
        writer.varint(frame)
        wire = start..<(count + SealingKey.overhead)
    }

    /// Seals each frame in place. The segment holds `varint(frame) ‖ plaintext ‖ 16 bytes of room` again and
    /// again, written by ``FrameWriter``.
    private func sealFrames(with key: inout SealingKey) throws(NonceExhausted) {
        var at = 0
        while at < count {
            let frame = takeLength(&at)
            try unsafe key.seal(base + at, count: frame - SealingKey.overhead)
            at += frame
        }
        wire = 0..<count
    }

    /// Messages whose records lie whole in the first `bytes` sealed bytes. What the peer layer itself sends
    /// has segments of its own.
    func messages(in bytes: Int) -> Int {
        guard messages > 0 else { return 0 }
        switch layout {
        case .packed: return bytes >= wire.count ? messages : 0
        case .singles: break
        }
        var at = 0, whole = 0
        while at < count {
            let frame = takeLength(&at)
            at += frame
            guard at <= bytes else { break }
            whole += 1
        }
        return whole
    }

    /// Reads the length of the frame at `at`, which stays in clear, and moves behind it.
    @inline(__always)
    private func takeLength(_ at: inout Int) -> Int {
        var frame = 0, shift = 0, byte: UInt8
        repeat {
            byte = unsafe base.load(fromByteOffset: at, as: UInt8.self)
            frame |= Int(byte & 0x7F) << shift
            shift += 7
            at += 1
        } while byte >= 0x80
        return frame
    }
}
