import ConclaveCodec
import ConclaveCryptography

/// Writes messages into room that the caller has checked, as their ``RecordLayout`` wants them.
@safe
struct FrameWriter {
    private let layout: RecordLayout
    private(set) var at: UnsafeMutableRawPointer

    @inline(__always)
    init(_ layout: RecordLayout, at start: UnsafeMutableRawPointer) {
        self.layout = layout
        unsafe at = start
    }

    /// Room that a message needs, with its frame around it if it is a record of its own.
    @inline(__always)
    static func room(_ layout: RecordLayout, channel: UInt64, count: Int) -> Int {
        let item = DataMessage.encodedLength(channel: channel, count: count)
        switch layout {
        case .packed: return item
        case .singles:
            return varintLength(UInt64(item + SealingKey.overhead)) + item + SealingKey.overhead
        }
    }

    /// Room that something of the peer layer itself needs.
    static func room(_ layout: RecordLayout, control plaintext: [UInt8]) -> Int {
        switch layout {
        case .packed: return plaintext.count
        case .singles:
            let frame = plaintext.count + SealingKey.overhead
            return varintLength(UInt64(frame)) + frame
        }
    }

    /// `tag`: the first byte of the plaintext or item.
    @inline(__always)
    mutating func message(_ bytes: UnsafeRawBufferPointer, tag: UInt8, channel: UInt64) {
        if layout == .singles {
            let plaintext = DataMessage.encodedLength(channel: channel, count: bytes.count)
            varint(UInt64(plaintext + SealingKey.overhead))
        }
        byte(tag)
        varint(channel)
        varint(UInt64(bytes.count))
        unsafe self.bytes(bytes)
        endOfRecord()
    }

    /// A plaintext of the peer layer itself.
    mutating func control(_ plaintext: [UInt8]) {
        if layout == .singles { varint(UInt64(plaintext.count + SealingKey.overhead)) }
        unsafe plaintext.withUnsafeBytes { unsafe bytes($0) }
        endOfRecord()
    }

    @inline(__always)
    mutating func byte(_ value: UInt8) {
        unsafe at.storeBytes(of: value, as: UInt8.self)
        unsafe at += 1
    }

    @inline(__always)
    mutating func varint(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            byte(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        byte(UInt8(truncatingIfNeeded: rest))
    }

    @inline(__always)
    mutating func bytes(_ bytes: UnsafeRawBufferPointer) {
        if let start = bytes.baseAddress { unsafe at.copyMemory(from: start, byteCount: bytes.count) }
        unsafe at += bytes.count
    }

    @inline(__always)
    private mutating func endOfRecord() {
        if layout == .singles { unsafe at += SealingKey.overhead }
    }
}
