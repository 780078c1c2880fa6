/// What a transaction that was applied left its sender with.
public struct Receipt: Hashable, Sendable {
    /// Of the transaction.
    public let hash: ChainDigest
    public let balance, stake: UInt64
    /// Of the sender's next transaction.
    public let nonce: UInt64
}
