public import ConclaveCodec

/// An X25519 public key as it was received. Whether it is usable shows when a secret is agreed on.
public struct EphemeralPublicKey: Hashable, Sendable, WireValue {
    /// Bytes of a key on the wire (RFC 7748).
    public static let byteCount = 32

    public let bytes: [UInt8]

    /// Nil unless there are exactly 32 bytes.
    public init?(_ bytes: [UInt8]) {
        guard bytes.count == Self.byteCount else { return nil }
        self.bytes = bytes
    }

    init(exactly bytes: [UInt8]) {
        self.bytes = bytes
    }

    public init(from reader: inout Reader) throws(DecodeError) {
        bytes = try reader.array(Self.byteCount)
    }

    public func encode(into writer: inout Writer) {
        writer.append(bytes)
    }

    /// Whether the bytes, read as a little-endian number, are below 2^255 − 19: the one encoding of each
    /// coordinate.
    ///
    /// RFC 7748 would accept the others, but no honest implementation makes them (Docs/Decisions/0004).
    var isCanonical: Bool {
        if bytes[31] != 0x7F { return bytes[31] < 0x7F }
        return bytes[1...30].contains { $0 != 0xFF } || bytes[0] < 0xED
    }
}
