import ConclaveCodec
public import ConclaveCryptography

/// A transaction of which it is known that its sender signed it for this chain: only such are applied.
public struct VerifiedTransaction: Hashable, Sendable {
    public let signed: SignedTransaction
    /// Names the transaction together with its signature: who holds one of this hash need not verify again.
    public let hash: ChainDigest
    /// Of the encoding.
    public let byteCount: Int

    /// Verifies one signature, or two where a contact proves itself.
    ///
    /// - Throws: ``Refusal/wrongChain``, ``Refusal/badSignature`` or ``Refusal/unprovenContact``.
    public init(_ signed: SignedTransaction, on chain: ChainIdentity) throws(Refusal) {
        let transaction = signed.transaction
        guard transaction.chain == chain.digest else { throw .wrongChain }
        guard
            transaction.sender.verifies(
                signed.signature, of: transaction.encoded, namespace: chain.transactions)
        else { throw .badSignature }
        guard transaction.contact?.isProven(for: transaction.sender, on: chain) ?? true else {
            throw .unprovenContact
        }
        let bytes = signed.encoded
        self.signed = signed
        hash = DigestDomain.transaction.digest(of: bytes)
        byteCount = bytes.count
    }

    public var transaction: Transaction { signed.transaction }
    public var sender: PublicKey { transaction.sender }
    public var nonce: UInt64 { transaction.nonce }
}

extension VerifiedTransaction {
    // The hash covers every byte.
    public static func == (left: VerifiedTransaction, right: VerifiedTransaction) -> Bool {
        left.hash == right.hash
    }

    public func hash(into hasher: inout Hasher) { hasher.combine(hash) }
}

extension SignedTransaction {
    /// What names it; see ``VerifiedTransaction/hash``.
    public var hash: ChainDigest { DigestDomain.transaction.digest(of: self) }
}

extension Transaction {
    /// The contact that it brings.
    var contact: ProvenContact? {
        switch operation {
        case .bond(_, let contact): contact
        case .rotate(let contact): contact
        case .transfer, .unbond: nil
        }
    }
}
