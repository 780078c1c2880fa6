import ConclavePrimitives

/// The blocks above the newest final one that were executed, and may become final: what a proposer builds on
/// and a verifier checks against.
///
/// Who adds to it bounds it: a block is added only when it is asked for, and those that can no longer become
/// final go with each that does.
public struct PendingBlocks: Sendable {
    private struct Pending: Sendable {
        let block: ExecutedBlock
        let parent: ChainDigest
    }

    // Looked up, and walked only where the order does not get out.
    private var pending: [ChainDigest: Pending] = [:]
    /// The newest final block, by the digest of its header, and the state behind it.
    public private(set) var final: (digest: ChainDigest, ledger: Ledger)

    /// - Parameter digest: of the header that `ledger` is the state behind.
    public init(behind digest: ChainDigest, _ ledger: Ledger) {
        final = (digest, ledger)
    }

    public var count: Int { pending.count }

    /// The state behind the block of this digest; nil if it is not known, or was overtaken.
    public func ledger(behind digest: ChainDigest) -> Ledger? {
        digest == final.digest ? final.ledger : pending[digest]?.block.ledger
    }

    /// A block that was executed on the state behind `parent`.
    public mutating func executed(_ block: ExecutedBlock, digest: ChainDigest, on parent: ChainDigest) {
        guard block.height > final.ledger.height else { return }
        pending[digest] = Pending(block: block, parent: parent)
    }

    /// The block of this digest is final, and the next one. Drops what does not stand on it.
    ///
    /// - Returns: what it did; nil if it is not known or not the next one.
    public mutating func finalized(_ digest: ChainDigest) -> ExecutedBlock? {
        guard let block = pending[digest], block.parent == final.digest else { return nil }
        final = (digest, block.block.ledger)
        var standing: Set<ChainDigest> = [digest]
        // Parents before children, so that one pass finds all that stand on it.
        for (child, entry) in pending.sorted(by: { $0.value.block.height < $1.value.block.height })
        where standing.contains(entry.parent) { standing.insert(child) }
        standing.remove(digest)
        pending = pending.filter { standing.contains($0.key) }
        return block.block
    }
}
