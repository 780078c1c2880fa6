import ConclaveCodec
import ConclaveCryptography

/// Writes framed messages into room that the caller has checked.
@safe
struct FrameWriter {
    /// Bytes of a ping's frame, without its length. No message is so short.
    static let pingFrame = 1 + SealingKey.overhead
    /// Room that a ping needs.
    static let pingRoom = 1 + pingFrame

    private(set) var at: UnsafeMutableRawPointer

    @inline(__always)
    init(at start: UnsafeMutableRawPointer) {
        unsafe at = start
    }

    /// Room that a message needs with its frame around it.
    @inline(__always)
    static func room(channel: UInt64, count: Int) -> Int {
        let plaintext = DataMessage.encodedLength(channel: channel, count: count)
        return varintLength(UInt64(plaintext + SealingKey.overhead)) + plaintext + SealingKey.overhead
    }

    @inline(__always)
    mutating func message(_ bytes: UnsafeRawBufferPointer, channel: UInt64) {
        let plaintext = DataMessage.encodedLength(channel: channel, count: bytes.count)
        varint(UInt64(plaintext + SealingKey.overhead))
        byte(DataMessage.tag)
        varint(channel)
        varint(UInt64(bytes.count))
        if let start = bytes.baseAddress { unsafe at.copyMemory(from: start, byteCount: bytes.count) }
        unsafe at += bytes.count + SealingKey.overhead
    }

    mutating func ping() {
        byte(UInt8(Self.pingFrame))
        byte(DataMessage.pingTag)
        unsafe at += SealingKey.overhead
    }

    @inline(__always)
    private mutating func byte(_ value: UInt8) {
        unsafe at.storeBytes(of: value, as: UInt8.self)
        unsafe at += 1
    }

    @inline(__always)
    private mutating func varint(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            byte(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        byte(UInt8(truncatingIfNeeded: rest))
    }
}
