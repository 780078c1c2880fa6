public import ConclaveCodec

/// A block that is final: what it did, with the header and the certificate that say so. What those two mean
/// is the business of the consensus engine.
public struct FinalBlock: Sendable {
    public let executed: ExecutedBlock
    public let header: StoredHeader

    public init(_ executed: ExecutedBlock, header: StoredHeader) {
        self.executed = executed
        self.header = header
    }

    public var height: UInt64 { executed.height }
}

/// The header of a final block and the certificate of its finality, as the engine encodes them.
public struct StoredHeader: Hashable, Sendable, WireValue {
    /// Most bytes of each: a certificate of 1,024 validators has 66,000.
    public static let bytesMax: UInt32 = 131_072

    public let header: [UInt8]
    /// Empty if a later block's certificate makes this one final.
    public let certificate: [UInt8]
    /// In an epoch's last block the validators of the next one, whose digest the header names; empty in all
    /// others.
    public let nextSet: [UInt8]

    /// Nil if one of them is longer than ``bytesMax``.
    public init?(header: [UInt8], certificate: [UInt8], nextSet: [UInt8] = []) {
        guard max(header.count, certificate.count, nextSet.count) <= Int(Self.bytesMax) else { return nil }
        self.header = header
        self.certificate = certificate
        self.nextSet = nextSet
    }

    public init(from reader: inout Reader) throws(DecodeError) {
        header = try reader.lengthPrefixed(limit: Self.bytesMax)
        certificate = try reader.lengthPrefixed(limit: Self.bytesMax)
        nextSet = try reader.lengthPrefixed(limit: Self.bytesMax)
    }

    public func encode(into writer: inout Writer) {
        writer.lengthPrefixed(header)
        writer.lengthPrefixed(certificate)
        writer.lengthPrefixed(nextSet)
    }
}

/// Where a transaction is that a final block has.
public struct TransactionPlace: Hashable, Sendable, WireValue {
    /// Of the block.
    public let height: UInt64
    /// In the body, from 0.
    public let index: UInt32

    public init(height: UInt64, index: UInt32) {
        self.height = height
        self.index = index
    }

    public init(from reader: inout Reader) throws(DecodeError) {
        height = try reader.integer()
        index = try reader.integer()
    }

    public func encode(into writer: inout Writer) {
        writer.integer(height)
        writer.integer(index)
    }
}
