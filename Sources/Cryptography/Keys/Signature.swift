public import ConclaveCodec

/// An Ed25519 signature. Any 64 bytes are accepted here; whether they sign anything shows when they are
/// verified.
public struct Signature: Hashable, Sendable, WireValue {
    /// Bytes of a signature on the wire (RFC 8032).
    public static let byteCount = 64

    public let bytes: [UInt8]

    /// Nil unless there are exactly 64 bytes.
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
}
