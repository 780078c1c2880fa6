public import ConclaveCodec

/// Whom of a peer set the sender knows how to reach: bit i stands for the i-th of the set's primary peers, in
/// ascending order of their keys.
public struct BitVector: Hashable, Sendable {
    /// Which peer set. One that we do not track is ignored, not an offence.
    public let index: UInt64
    public let bits: Bitmap

    public init(index: UInt64, bits: Bitmap) {
        self.index = index
        self.bits = bits
    }

    /// Bytes around the bits: the kind, the index, the number of bits.
    static let headBytesMax = 1 + 10 + 8

    /// `varint(index) ‖ number of bits u64 ‖ bits`.
    public func encode(into writer: inout Writer) {
        writer.varint(index)
        bits.encode(into: &writer)
    }

    /// - Parameter peersMax: how many peers a set may have.
    public init(from reader: inout Reader, peersMax: Int) throws(DecodeError) {
        index = try reader.varint64()
        bits = try Bitmap(from: &reader, limit: peersMax)
    }
}
