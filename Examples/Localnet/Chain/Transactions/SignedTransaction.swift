public import ConclaveCodec
public import ConclaveCryptography

/// A transaction and a signature of which nobody knows yet whether it is its sender's.
public struct SignedTransaction: Hashable, Sendable, WireValue {
    /// Longest encoding in bytes: a bond with the longest name of a host has 504.
    public static let bytesMax = 512
    /// Shortest encoding in bytes: an unbonding of a small amount.
    public static let bytesMin = 131

    public let transaction: Transaction
    public let signature: Signature

    /// Signs `transaction` with the sender's key.
    public init(_ transaction: Transaction, by key: SigningKey, on chain: ChainIdentity) {
        self.transaction = transaction
        signature = key.sign(transaction.encoded, namespace: chain.transactions)
    }

    public init(from reader: inout Reader) throws(DecodeError) {
        transaction = try Transaction(from: &reader)
        signature = try Signature(from: &reader)
    }

    public func encode(into writer: inout Writer) {
        transaction.encode(into: &writer)
        signature.encode(into: &writer)
    }
}
