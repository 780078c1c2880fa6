import ConclaveCodec

/// An application's message in the `commonware` profile: `0x00 ‖ varint(channel) ‖ varint(n) ‖ n bytes`.
enum DataMessage {
    static let tag: UInt8 = 0
    static let pingTag: UInt8 = 1
    /// Longest header: tag, channel of ten bytes, length of five.
    static let headerBytesMax = 16

    /// Bytes that a message of `count` bytes takes in its record.
    @inline(__always)
    static func encodedLength(channel: UInt64, count: Int) -> Int {
        1 + varintLength(channel) + varintLength(UInt64(count)) + count
    }
}
