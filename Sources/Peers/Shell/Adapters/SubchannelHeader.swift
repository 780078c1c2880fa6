import ConclaveCodec
import ConclaveTransport

/// What stands in front of a message of a sub-channel: its number as a varint.
enum SubchannelHeader {
    /// The number, and where the message itself begins; nil if the bytes are no such header.
    static func read(_ message: Message) -> (number: UInt64, start: Int)? {
        message.withBytes { bytes in
            var reader = Reader(bytes)
            guard let number = try? reader.varint64() else { return nil }
            return (number, bytes.byteCount - reader.remaining)
        }
    }

    static func prefixed(_ message: [UInt8], with number: UInt64) -> [UInt8] {
        var writer = Writer(capacity: varintLength(number) + message.count)
        writer.varint(number)
        writer.append(message)
        return writer.bytes
    }
}
