public import ConclaveCodec

/// The transactions of a block, in the order in which they are applied.
public struct Body: Hashable, Sendable {
    public let transactions: [SignedTransaction]
    /// `varint(n) ‖ n transactions`.
    public let bytes: [UInt8]
    /// The plain hash of ``bytes``, as every header names its body.
    public let root: ChainDigest

    /// Bytes of the largest count.
    static let countBytesMax = 5

    public init(_ transactions: [SignedTransaction]) {
        self.transactions = transactions
        var writer = Writer()
        writer.varint(UInt64(transactions.count))
        for transaction in transactions { transaction.encode(into: &writer) }
        bytes = writer.bytes
        root = ChainDigest(of: bytes)
    }

    /// Reads what a stranger may have written, within the bounds of `terms`.
    public init(decoding bytes: [UInt8], within terms: ChainTerms) throws(DecodeError) {
        guard bytes.count <= terms.bodyBytesMax else {
            throw .aboveLimit(value: UInt64(bytes.count), limit: UInt64(terms.bodyBytesMax))
        }
        var reader = unsafe Reader(bytes.span.bytes)
        let count = try reader.varint32(limit: UInt32(clamping: terms.transactionsMax))
        var transactions: [SignedTransaction] = []
        for _ in 0..<count { transactions.append(try SignedTransaction(from: &reader)) }
        try reader.finish()
        self.transactions = transactions
        self.bytes = bytes
        root = ChainDigest(of: bytes)
    }
}
