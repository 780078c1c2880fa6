import ConclaveCryptography

/// Outgoing memory, already shaped like the wire: senders append framed messages, the link seals them where
/// they lie and writes them. So a small message is copied once, from the sender's bytes to its place.
///
/// One owner at a time: the open end of a lane, then the packer, then the sealed queue, then the pool.
@safe
final class Segment: @unchecked Sendable {  // handed from owner to owner under the outbox's lock
    let base: UnsafeMutableRawPointer
    let capacity: Int
    /// Bytes appended.
    var count = 0
    /// Messages that end in this segment, and the bytes the outbox counts for them.
    var messages = 0, charge = 0

    init(capacity: Int) {
        self.capacity = capacity
        unsafe base = .allocate(byteCount: capacity, alignment: 64)
    }

    deinit {
        unsafe base.deallocate()
    }

    func reset() {
        count = 0
        messages = 0
        charge = 0
    }

    /// Seals each frame in place. The segment holds `varint(frame) ‖ plaintext ‖ 16 bytes of room` again and
    /// again, written by ``FrameWriter``.
    func seal(with key: inout SealingKey) throws(NonceExhausted) {
        var at = 0
        while at < count {
            let frame = takeLength(&at)
            try unsafe key.seal(base + at, count: frame - SealingKey.overhead)
            at += frame
        }
    }

    /// Messages, not pings, that lie whole in the first `bytes` bytes.
    func messages(in bytes: Int) -> Int {
        var at = 0, whole = 0
        while at < count {
            let frame = takeLength(&at)
            at += frame
            guard at <= bytes else { break }
            if frame != FrameWriter.pingFrame { whole += 1 }
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
