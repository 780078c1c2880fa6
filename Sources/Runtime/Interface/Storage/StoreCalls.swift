/// What waits for a store, in the order of the calls and never more than its limits; for the bodies of the
/// runtime, which take it in groups.
package struct StoreCalls: Sendable {
    package struct Write: Sendable {
        package let batch: WriteBatch
        package let reply = Reply<Result<Void, StorageFailure>>(.disk)
    }

    package struct Read: Sendable {
        package let table: StorageName
        package let keys: KeyRange
        package let limit: Int
        package let order: KeyOrder
        package let reply = Reply<Result<[StoredEntry], StorageFailure>>(.disk)
    }

    /// Taken together: the writes are kept first, then the reads are answered.
    package struct Group: Sendable {
        package var writes: [Write] = []
        package var reads: [Read] = []

        package init() {}

        package var isEmpty: Bool { writes.isEmpty && reads.isEmpty }

        /// Answers everything in it with `failure`.
        package func fail(_ failure: StorageFailure) {
            for write in writes { write.reply.tell(.failure(failure)) }
            for read in reads { read.reply.tell(.failure(failure)) }
        }
    }

    private let store: StorageName
    private let tables: [StorageName]
    private let limits: StoreLimits
    private var waiting = Group()
    private var bytes = 0
    package private(set) var isClosed = false

    package init(_ store: StorageName, tables: [StorageName], limits: StoreLimits) {
        self.store = store
        self.tables = tables
        self.limits = limits
    }

    /// Lets `batch` wait, unless it throws why not.
    package mutating func add(_ batch: WriteBatch) throws(StorageFailure) -> Write {
        for (table, _) in batch.changes { require(table) }
        guard !isClosed else { throw StorageFailure(store, .closed) }
        try check(batch.keyBytes, most: limits.keyBytes)
        try check(batch.bytes, most: limits.bytesWaiting)
        guard waiting.writes.count < limits.callsWaiting, batch.bytes <= limits.bytesWaiting - bytes else {
            throw StorageFailure(store, .overloaded)
        }
        let write = Write(batch: batch)
        waiting.writes.append(write)
        bytes += batch.bytes
        return write
    }

    /// Lets a read wait, unless it throws why not.
    package mutating func add(
        _ table: StorageName, _ keys: KeyRange, limit: Int, order: KeyOrder
    ) throws(StorageFailure) -> Read {
        require(table)
        guard !isClosed else { throw StorageFailure(store, .closed) }
        guard waiting.reads.count < limits.callsWaiting else { throw StorageFailure(store, .overloaded) }
        let read = Read(table: table, keys: keys, limit: max(0, limit), order: order)
        waiting.reads.append(read)
        return read
    }

    /// Everything that waits.
    package mutating func take() -> Group {
        bytes = 0
        return exchange(&waiting, with: Group())
    }

    /// Lets nothing more wait.
    package mutating func close() { isClosed = true }

    private func require(_ table: StorageName) {
        precondition(tables.contains(table), "\(store) was opened without the table \(table)")
    }

    private func check(_ bytes: Int, most: Int) throws(StorageFailure) {
        if bytes > most { throw StorageFailure(store, .tooLarge(bytes: bytes, most: most)) }
    }
}
