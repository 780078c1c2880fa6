import ConclaveCodec
import ConclaveCryptography
import ConclaveRuntime

/// Where the store keeps what, and in which order a block's changes stand in their batch.
enum ChainTables {
    /// By height: a ``StoredHeader``, for ever.
    static let headers: StorageName = "headers"
    /// By height: a body, for some epochs.
    static let bodies: StorageName = "bodies"
    /// By epoch and hash: a ``TransactionPlace``, as long as its body. The epoch comes first so that those of
    /// one are removed as one range.
    static let transactions: StorageName = "transactions"
    /// By key: an account.
    static let accounts: StorageName = "accounts"
    /// One entry: a ``HeadRecord``.
    static let head: StorageName = "head"

    static let all = [headers, bodies, transactions, accounts, head]

    static func key(of number: UInt64) -> [UInt8] {
        var writer = Writer(capacity: 8)
        writer.integer(number)
        return writer.bytes
    }

    static func key(of hash: ChainDigest, in epoch: UInt64) -> [UInt8] { key(of: epoch) + hash.bytes }

    /// Adds what a final block changes.
    ///
    /// What the head does not repeat stands before it: if only a part of the batch is there, either the head
    /// is still the block before, and what is above it is written again; or it is the new one, and the
    /// accounts are written again out of it.
    static func add(_ block: FinalBlock, to batch: inout WriteBatch, keeping epochs: UInt64) {
        let executed = block.executed, ledger = executed.ledger
        let height = key(of: block.height)
        let epoch = ledger.terms.schedule.epoch(of: block.height)
        batch.set(height, to: executed.body.bytes, in: bodies)
        batch.set(height, to: block.header.encoded, in: headers)
        for (index, receipt) in executed.receipts.enumerated() {
            let place = TransactionPlace(height: block.height, index: UInt32(clamping: index))
            batch.set(key(of: receipt.hash, in: epoch), to: place.encoded, in: transactions)
        }
        add(HeadRecord(ledger, changes: executed.changes), to: &batch)
        if block.height == ledger.terms.schedule.first(of: epoch), epoch >= epochs {
            let oldest = epoch - epochs + 1
            let first = ledger.terms.schedule.first(of: oldest)
            batch.remove(KeyRange(until: key(of: first)), in: bodies)
            batch.remove(KeyRange(until: key(of: oldest)), in: transactions)
        }
    }

    /// The head, then the accounts that it repeats.
    static func add(_ record: HeadRecord, to batch: inout WriteBatch) {
        batch.set([], to: record.encoded, in: head)
        for entry in record.changes {
            batch.set(entry.key.bytes, to: entry.account.encoded, in: accounts)
        }
    }
}
