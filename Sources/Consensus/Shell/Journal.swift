internal import ConclaveCodec
internal import ConclaveConsensusCore
internal import ConclaveRuntime

/// What a node must know after it was killed, in a store of its own.
struct Journal: Sendable {
    /// Entries that are read at once.
    private static let page = 512
    /// Blocks that are dropped with one sync.
    private static let droppedAtOnce = 256

    let store: any Store

    static func open(in storage: any Storage) async throws(StorageFailure) -> Journal {
        Journal(store: try await storage.open(JournalKeys.store, tables: JournalKeys.tables))
    }

    func close() async { await store.close() }

    // MARK: Writing

    /// Keeps the batches, in their order and with one sync.
    func keep(_ batches: [JournalBatch]) async throws(StorageFailure) {
        var changes = ConclaveRuntime.WriteBatch()
        for record in batches.lazy.flatMap(\.records) { Self.add(record, to: &changes) }
        try await store.write(changes)
    }

    private static func add(_ record: JournalRecord, to changes: inout ConclaveRuntime.WriteBatch) {
        switch record {
        case .epoch(let start, _):
            changes.set(JournalKeys.epoch(start.epoch), to: record.encoded, in: JournalKeys.epochs)
        case .certificate(let certificate):
            let key = JournalKeys.certificate(certificate.subject)
            changes.set(key, to: record.encoded, in: JournalKeys.certificates)
        case .block(let block):
            let key = JournalKeys.block(block.height, block.digest)
            // In this order: where a disk tears the batch, whatever is found has what lies behind it.
            changes.set(key, to: block.body, in: JournalKeys.bodies)
            changes.set(key, to: block.header.encoded, in: JournalKeys.headers)
            changes.set(block.digest.encoded, to: block.height.encoded, in: JournalKeys.heights)
        case .vote(let vote):
            changes.set(JournalKeys.vote(vote.subject), to: record.encoded, in: JournalKeys.votes)
        case .acknowledged:
            changes.set(JournalKeys.acknowledged, to: record.encoded, in: JournalKeys.marks)
        case .settled(let epoch, let view):
            // The finalization that settles them is in the same batch, or in one before, and stays.
            changes.remove(
                JournalKeys.settled(epoch, through: view.lowered(by: 1)), in: JournalKeys.certificates)
            changes.remove(JournalKeys.settled(epoch, through: view), in: JournalKeys.votes)
        }
    }

    /// Drops some of the blocks below `height`, the lowest first: peers that lack them are told nothing of
    /// them any more. An epoch may have a million, which all at once would keep votes from the disk for
    /// seconds.
    ///
    /// - Returns: whether there may be more of them.
    func dropSomeBlocks(below height: Height) async throws(StorageFailure) -> Bool {
        let old = try await store.entries(
            in: JournalKeys.headers, JournalKeys.blocks(below: height), limit: Self.droppedAtOnce)
        guard let last = old.last else { return false }
        var changes = ConclaveRuntime.WriteBatch()
        for entry in old { changes.remove(JournalKeys.digest(in: entry.key), in: JournalKeys.heights) }
        let dropped = KeyRange(until: last.key + [0])
        changes.remove(dropped, in: JournalKeys.headers)
        changes.remove(dropped, in: JournalKeys.bodies)
        try await store.write(changes)
        return old.count == Self.droppedAtOnce
    }

    // MARK: Reading

    /// What is kept and still counts. Only the newest epoch does: of blocks, those that its certificates and
    /// votes are about.
    func recover() async throws -> Recovery {
        var recovery = Recovery()
        let newest = try await store.entries(
            in: JournalKeys.epochs, .all, limit: 1, order: .descending)
        for entry in newest { recovery.replay(try JournalRecord(decoding: entry.value)) }
        try await replay(JournalKeys.certificates, into: &recovery)
        try await replay(JournalKeys.votes, into: &recovery)
        try await replay(JournalKeys.marks, into: &recovery)
        while let digest = recovery.takeMissingBlock() {
            if let block = try await block(digest) { recovery.replay(.block(block)) }
        }
        return recovery
    }

    private func replay(_ table: StorageName, into recovery: inout Recovery) async throws {
        var keys = KeyRange.all
        while true {
            let entries = try await store.entries(in: table, keys, limit: Self.page)
            for entry in entries { recovery.replay(try JournalRecord(decoding: entry.value)) }
            guard let last = entries.last, entries.count == Self.page else { return }
            keys = KeyRange(from: last.key + [0])
        }
    }

    /// The finalization that closed an epoch: the next one begins with it.
    func closing(of epoch: Epoch) async throws -> Certificate? {
        guard let bytes = try await store.value(of: JournalKeys.epoch(epoch.next), in: JournalKeys.epochs),
            case .epoch(let start, _) = try JournalRecord(decoding: bytes)
        else { return nil }
        return start.closing
    }
}
