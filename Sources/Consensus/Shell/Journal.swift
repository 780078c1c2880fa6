internal import ConclaveCodec
internal import ConclaveConsensusCore
internal import ConclaveRuntime

/// What a node must know after it was killed, in a store of its own.
struct Journal: Sendable {
    /// Entries that are read at once.
    private static let page = 512

    private let store: any Store

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
            changes.set(block.digest.encoded, to: record.encoded, in: JournalKeys.blocks)
            changes.set(JournalKeys.height(block.header, block.digest), to: [], in: JournalKeys.heights)
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

    /// Drops blocks below `height`: peers that lack them are told nothing of them any more.
    func dropBlocks(below height: Height) async throws(StorageFailure) {
        while true {
            let old = try await store.entries(
                in: JournalKeys.heights, JournalKeys.heights(below: height), limit: Self.page)
            guard !old.isEmpty else { return }
            var changes = ConclaveRuntime.WriteBatch()
            for entry in old {
                changes.remove(entry.key, in: JournalKeys.heights)
                changes.remove(Array(entry.key.suffix(Digest.byteCount)), in: JournalKeys.blocks)
            }
            try await store.write(changes)
        }
    }

    // MARK: Reading

    /// Everything that is kept and still counts, epochs first.
    func recover() async throws -> Recovery {
        var recovery = Recovery()
        try await replay(JournalKeys.epochs, into: &recovery)
        try await replay(JournalKeys.certificates, into: &recovery)
        try await replay(JournalKeys.votes, into: &recovery)
        try await replay(JournalKeys.marks, into: &recovery)
        try await replayBlocks(into: &recovery)
        recovery.forgetDelivered()
        return recovery
    }

    /// Blocks that the application may still ask for: what lies below what it has kept is there for peers
    /// alone.
    private func replayBlocks(into recovery: inout Recovery) async throws {
        let lowest = try await store.value(of: JournalKeys.acknowledged, in: JournalKeys.marks)
        var keys = KeyRange.all
        if let lowest, case .acknowledged(let height, _) = try JournalRecord(decoding: lowest) {
            keys = JournalKeys.heights(from: height)
        }
        while true {
            let entries = try await store.entries(in: JournalKeys.heights, keys, limit: Self.page)
            for entry in entries {
                let digest = Array(entry.key.suffix(Digest.byteCount))
                guard let bytes = try await store.value(of: digest, in: JournalKeys.blocks) else { continue }
                recovery.replay(try JournalRecord(decoding: bytes))
            }
            guard let last = entries.last, entries.count == Self.page else { return }
            keys = KeyRange(from: last.key + [0])
        }
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

    func block(_ digest: Digest) async throws -> Block? {
        guard let bytes = try await store.value(of: digest.encoded, in: JournalKeys.blocks),
            case .block(let block) = try JournalRecord(decoding: bytes)
        else { return nil }
        return block
    }

    /// The block and those below it above `height`, newest first, as many as one answer may hold.
    func ancestry(of digest: Digest, above height: Height) async throws -> [Block] {
        var blocks: [Block] = [], bytes = 0, next = digest
        while blocks.count < MessageLimits.answerBlocks, let block = try await self.block(next),
            block.height > height
        {
            bytes += block.byteCount
            guard blocks.isEmpty || bytes <= MessageLimits.answerBytes else { break }
            blocks.append(block)
            next = block.header.parent
        }
        return blocks
    }

    /// The finalization that closed an epoch: the next one begins with it.
    func closing(of epoch: Epoch) async throws -> Certificate? {
        guard let bytes = try await store.value(of: JournalKeys.epoch(epoch.next), in: JournalKeys.epochs),
            case .epoch(let start, _) = try JournalRecord(decoding: bytes)
        else { return nil }
        return start.closing
    }
}
