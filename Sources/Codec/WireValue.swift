/// A value with exactly one encoding, which it can also be read from. What decodes encodes to the same bytes
/// again.
public protocol WireValue: Sendable {
    /// Appends the one encoding of this value.
    func encode(into writer: inout Writer)

    /// Reads one value from bytes that a stranger may have written, and leaves what follows it unread.
    init(from reader: inout Reader) throws(DecodeError)
}

extension WireValue {
    /// The encoding on its own.
    public var encoded: [UInt8] {
        // As much as most of a handshake needs: so there is one piece of memory, and not one after the other.
        var writer = Writer(capacity: 128)
        encode(into: &writer)
        return writer.bytes
    }

    /// Reads a value that must fill `bytes` to the last one.
    public init(decoding bytes: [UInt8]) throws(DecodeError) {
        var reader = unsafe Reader(bytes.span.bytes)
        try self.init(from: &reader)
        try reader.finish()
    }
}
