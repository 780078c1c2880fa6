public import ConclaveCodec

/// A block's body and what it did. Its header says the two roots, and whoever does the same on the same
/// parent has the same.
public struct ExecutedBlock: Sendable {
    public let body: Body
    /// One for each transaction.
    public let receipts: [Receipt]
    /// The state behind the block.
    public let ledger: Ledger
    /// The accounts that it touched, as they are now, in ascending order of their keys.
    public let changes: [AccountTree.Entry]

    public var height: UInt64 { ledger.height }
    public var bodyRoot: ChainDigest { body.root }
    public var stateRoot: ChainDigest { ledger.stateRoot }
}

extension ExecutedBlock {
    /// Fills a block on `parent` with what waits in `mempool`.
    public init(building parent: Ledger, from mempool: Mempool) {
        var draft = BlockDraft(on: parent)
        var waiting = mempool.selection
        while let transaction = waiting.next() {
            guard draft.hasRoom(for: transaction) else { break }
            do throws(Refusal) {
                try draft.apply(transaction)
            } catch {
                // Those behind it have the wrong nonce now. Whether it may stay is decided by final blocks.
                waiting.skip(transaction.sender)
            }
        }
        self = draft.sealed()
    }

    /// Does what a body from outside says on `parent`.
    ///
    /// - Parameter known: transactions whose signatures were verified before, by their hashes.
    public init(
        verifying bytes: [UInt8], on parent: Ledger, known: (ChainDigest) -> VerifiedTransaction?
    ) throws(BlockFault) {
        let body = try BlockFault.decoding(bytes, within: parent.terms)
        var draft = BlockDraft(on: parent)
        for (index, signed) in body.transactions.enumerated() {
            do throws(Refusal) {
                if let transaction = known(signed.hash) {
                    try draft.apply(transaction)
                } else {
                    try draft.apply(VerifiedTransaction(signed, on: parent.terms.identity))
                }
            } catch {
                throw .refused(index: index, error)
            }
        }
        self = draft.sealed()
    }
}

/// Why a body is that of no valid block: the fault of who proposed it.
public enum BlockFault: Error, Hashable, Sendable {
    case malformed(DecodeError)
    /// A valid block has no transaction that is refused.
    case refused(index: Int, Refusal)

    fileprivate static func decoding(
        _ bytes: [UInt8], within terms: ChainTerms
    ) throws(BlockFault) -> Body {
        do throws(DecodeError) {
            return try Body(decoding: bytes, within: terms)
        } catch {
            throw .malformed(error)
        }
    }
}
