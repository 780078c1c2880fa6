internal import ConclaveCodec

/// The bytes that are signed for a message, in the two forms that cannot be mistaken for one another.
enum SignedPayload {
    /// `varint(length of N) ‖ N ‖ message`; begins with a byte above zero, for N is never empty.
    static func bytes(_ message: [UInt8], in namespace: Namespace) -> [UInt8] {
        var writer = Writer(capacity: 10 + namespace.bytes.count + message.count)
        writer.lengthPrefixed(namespace.bytes)
        writer.append(message)
        return writer.bytes
    }

    /// `0x00 ‖ summary`.
    static func bytes(transcript summary: [UInt8]) -> [UInt8] {
        [0] + summary
    }
}
