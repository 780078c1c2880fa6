public import ConclaveCryptography

/// What the endpoint asks of the node. Final blocks and what waits for one; nothing that may still be undone.
public protocol ChainView: Sendable {
    /// The newest final state.
    func ledger() async -> Ledger

    /// Lets a transaction wait for a block; why not, if it does not.
    func submit(_ transaction: VerifiedTransaction) async -> MempoolRefusal?

    /// The waiting transaction of this hash.
    func waiting(_ hash: ChainDigest) async -> VerifiedTransaction?

    /// The nonce of the next transaction that `key` may send, if `nonce` is that of its account.
    func nextNonce(of key: PublicKey, behind nonce: UInt64) async -> UInt64

    func header(at height: UInt64) async throws(ChainStoreFault) -> StoredHeader?

    /// As ``Body/bytes``; nil if it is not kept.
    func body(at height: UInt64) async throws(ChainStoreFault) -> [UInt8]?

    func place(of hash: ChainDigest) async throws(ChainStoreFault) -> TransactionPlace?
}
