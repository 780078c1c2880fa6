import ConclaveCodec
import ConclaveCryptography
import ConclavePrimitives
public import ConclaveRuntime

/// Keeps the final blocks and the state behind the newest one.
///
/// A block and what it does to the accounts are kept together or not at all. Headers are kept for ever,
/// bodies and the places of their transactions for the last epochs.
public final class ChainStore: Sendable {
    public static let name: StorageName = "chain"
    /// Accounts that are read at once when a store is opened.
    private static let pageEntries = 1_024

    private let store: any Store
    private let schedule: EpochSchedule
    /// Epochs whose bodies are kept, the one that runs included; at least 1.
    private let epochsKept: UInt64
    /// Of the newest block that was passed to the store.
    private let head: Lock<UInt64>

    private init(_ store: any Store, schedule: EpochSchedule, epochsKept: UInt64, head: UInt64) {
        self.store = store
        self.schedule = schedule
        self.epochsKept = epochsKept
        self.head = Lock(head)
    }

    /// Opens the chain's store and makes whole what a power cut may have left of the last batch; one that is
    /// new begins with the genesis.
    ///
    /// Reads every account: 10,000 of them take some tens of milliseconds.
    ///
    /// - Parameter epochsKept: epochs whose bodies are kept, the one that runs included; 0 counts as 1.
    /// - Returns: the state to go on from.
    public static func open(
        in storage: any Storage, _ genesis: ChainGenesis, epochsKept: UInt64 = 2
    ) async throws(ChainStoreFault) -> (store: ChainStore, ledger: Ledger) {
        let store = try await ChainStoreFault.of { () async throws(StorageFailure) in
            try await storage.open(name, tables: ChainTables.all)
        }
        let record = try await head(of: store, genesis)
        var batch = WriteBatch()
        ChainTables.add(record, to: &batch)
        try await ChainStoreFault.of { [batch] () async throws(StorageFailure) in try await store.write(batch)
        }
        let ledger = Ledger(
            terms: genesis.terms, height: record.height, roster: record.roster,
            nextRoster: record.nextRoster, entries: try await accounts(in: store))
        guard ledger.stateRoot == record.stateRoot else { throw .corrupt(.state) }
        let chain = ChainStore(
            store, schedule: genesis.terms.schedule, epochsKept: max(1, epochsKept), head: record.height)
        return (chain, ledger)
    }

    /// The height of the newest block.
    public var height: UInt64 { head.withLock { $0 } }

    /// Keeps `blocks`, one above the other, with one sync; when it returns, they survive a power cut. Those
    /// that are kept already are left as they are, because a block is delivered again after a restart. One
    /// call after the other.
    public func append(_ blocks: [FinalBlock]) async throws(ChainStoreFault) {
        var newest = height
        var batch = WriteBatch()
        for block in blocks where block.height > newest {
            guard block.height == newest + 1 else { throw .gap(expected: newest + 1) }
            newest = block.height
            ChainTables.add(block, to: &batch, keeping: epochsKept)
        }
        guard newest > height else { return }
        head.withLock { $0 = newest }
        try await ChainStoreFault.of { [batch] () async throws(StorageFailure) in try await store.write(batch)
        }
    }

    /// Keeps one block.
    public func append(_ block: FinalBlock) async throws(ChainStoreFault) { try await append([block]) }

    // MARK: Reading

    /// The header at `height`; nil for the genesis and for what is not there yet.
    public func header(at height: UInt64) async throws(ChainStoreFault) -> StoredHeader? {
        guard
            let bytes = try await value(of: ChainTables.key(of: height), in: ChainTables.headers, at: height)
        else { return nil }
        return try ChainStoreFault.decoding(.header) { () throws(DecodeError) in
            try StoredHeader(decoding: bytes)
        }
    }

    /// The body at `height`, as ``Body/bytes``; nil too if it is no longer kept.
    public func body(at height: UInt64) async throws(ChainStoreFault) -> [UInt8]? {
        try await value(of: ChainTables.key(of: height), in: ChainTables.bodies, at: height)
    }

    /// Where the transaction of this hash is; nil too if its body is no longer kept.
    public func place(of hash: ChainDigest) async throws(ChainStoreFault) -> TransactionPlace? {
        let newest = schedule.epoch(of: height)
        for epoch in ((newest + 1) - min(newest + 1, epochsKept)..<newest + 1).reversed() {
            let key = ChainTables.key(of: hash, in: epoch)
            guard let bytes = try await value(of: key, in: ChainTables.transactions, at: 0) else { continue }
            let place = try ChainStoreFault.decoding(.transaction) { () throws(DecodeError) in
                try TransactionPlace(decoding: bytes)
            }
            return place.height <= height ? place : nil
        }
        return nil
    }

    /// Waits until everything is kept, and lets the store go.
    public func close() async {
        await store.close()
    }

    /// What is there above the head is the rest of a batch that never became whole.
    private func value(
        of key: [UInt8], in table: StorageName, at height: UInt64
    ) async throws(ChainStoreFault) -> [UInt8]? {
        guard height <= self.height else { return nil }
        return try await ChainStoreFault.of { () async throws(StorageFailure) in
            try await store.value(of: key, in: table)
        }
    }

    // MARK: Opening

    private static func head(
        of store: any Store, _ genesis: ChainGenesis
    ) async throws(ChainStoreFault) -> HeadRecord {
        let bytes = try await ChainStoreFault.of { () async throws(StorageFailure) in
            try await store.value(of: [], in: ChainTables.head)
        }
        guard let bytes else { return HeadRecord(Ledger(genesis), changes: genesis.accounts) }
        let record = try ChainStoreFault.decoding(.head) { () throws(DecodeError) in
            try HeadRecord(decoding: bytes)
        }
        guard record.chain == genesis.terms.identity.digest else { throw .foreignChain(record.chain) }
        return record
    }

    private static func accounts(in store: any Store) async throws(ChainStoreFault) -> [AccountTree.Entry] {
        var entries: [AccountTree.Entry] = []
        var start: [UInt8] = []
        while true {
            let range = KeyRange(from: start)
            let page = try await ChainStoreFault.of { () async throws(StorageFailure) in
                try await store.entries(in: ChainTables.accounts, range, limit: pageEntries)
            }
            for entry in page { entries.append(try account(entry)) }
            guard page.count == pageEntries, let last = page.last else { return entries }
            start = last.key + [0]
        }
    }

    private static func account(_ entry: StoredEntry) throws(ChainStoreFault) -> AccountTree.Entry {
        try ChainStoreFault.decoding(.account) { () throws(DecodeError) in
            .init(key: try PublicKey(decoding: entry.key), account: try Account(decoding: entry.value))
        }
    }
}

extension ChainStoreFault {
    fileprivate static func of<Result>(
        _ body: () async throws(StorageFailure) -> Result
    ) async throws(ChainStoreFault) -> Result {
        do throws(StorageFailure) {
            return try await body()
        } catch {
            throw .storage(error)
        }
    }

    fileprivate static func decoding<Value>(
        _ part: Part, _ body: () throws(DecodeError) -> Value
    ) throws(ChainStoreFault) -> Value {
        do throws(DecodeError) {
            return try body()
        } catch {
            throw .corrupt(part)
        }
    }
}
