import ConclavePrimitives
import ConclaveRuntime

/// One open store of one process: takes what waits in groups, one after the other, each for as long as the
/// disk takes to sync it.
///
/// Touched on the simulation's thread only.
final class StoreTurns {
    let name: StorageName

    private let disk: SimulatedDisk
    private let whenEnded: () -> Void
    private var calls: StoreCalls
    /// What the disk is at.
    private var turn: StoreCalls.Group?
    /// What is seen of a store whose disk has failed; otherwise that is what is synced.
    private var frozen: SimulatedDisk.Tables?
    private var failure: StorageFailure?
    private var isEnded = false
    private var waitingForEnd: [Reply<Void>] = []

    init(
        _ name: StorageName, tables: [StorageName], disk: SimulatedDisk, whenEnded: @escaping () -> Void
    ) {
        self.name = name
        self.disk = disk
        self.whenEnded = whenEnded
        calls = StoreCalls(name, tables: tables, limits: disk.conditions.limits)
    }

    // MARK: Calls

    func add(_ batch: WriteBatch) throws(StorageFailure) -> StoreCalls.Write {
        disk.world.requireHere(disk.node, "a batch")
        let write = try calls.add(batch)
        disk.countBatch()
        takeTurn()
        return write
    }

    func add(
        _ table: StorageName, _ keys: KeyRange, limit: Int, order: KeyOrder
    ) throws(StorageFailure) -> StoreCalls.Read {
        disk.world.requireHere(disk.node, "a read")
        let read = try calls.add(table, keys, limit: limit, order: order)
        takeTurn()
        return read
    }

    var isClosing: Bool { calls.isClosed }

    func close() {
        guard !calls.isClosed else { return }
        calls.close()
        takeTurn()
    }

    func hasEnded() async {
        guard !isEnded else { return }
        let reply = Reply<Void>(.disk)
        waitingForEnd.append(reply)
        await reply.answer()
    }

    // MARK: Turns

    private func takeTurn() {
        guard turn == nil, !isEnded else { return }
        let group = calls.take()
        if !group.isEmpty {
            turn = group
            disk.after { [self] in synced() }
        } else if calls.isClosed {
            end()
        }
    }

    private func synced() {
        // A process that crashed meanwhile has nothing left to wait for.
        guard let group = exchange(&turn, with: nil) else { return }
        if !group.writes.isEmpty, failure == nil { keep(group.writes) }  // I11
        for write in group.writes { write.reply.tell(failure.map { .failure($0) } ?? .success(())) }
        let tables = frozen ?? disk.tables(of: name)
        for read in group.reads {
            let table = tables[read.table] ?? SimulatedTable()
            read.reply.tell(.success(table.entries(read.keys, limit: read.limit, order: read.order)))
        }
        takeTurn()
    }

    private func keep(_ writes: [StoreCalls.Write]) {
        let causes = writes.compactMap { _ in disk.failureOfWrite() }
        guard let cause = causes.first else {
            disk.change(name) { tables in
                for write in writes { tables.apply(write.batch.changes[...]) }
            }
            return disk.note("keeps \(writes.count == 1 ? "a batch" : "\(writes.count) batches") of \(name)")
        }
        failure = StorageFailure(name, cause)
        frozen = disk.tables(of: name)
        disk.note("fails with \(cause) in \(name)")
        if cause != .full { leave(of: writes) }
    }

    // MARK: Ends

    /// Nothing more is synced; what was not may be there all the same.
    func crashed(_ crash: Crash) {
        let group = exchange(&turn, with: nil) ?? StoreCalls.Group()
        calls.close()
        let waiting = calls.take()
        if failure == nil { leave(of: group.writes + waiting.writes, crash) }
        group.fail(StorageFailure(name, .closed))
        waiting.fail(StorageFailure(name, .closed))
        end()
    }

    /// Leaves a prefix of batches that nobody was told are kept, drawn from the seed.
    private func leave(of writes: [StoreCalls.Write], _ crash: Crash = .killed) {
        guard !writes.isEmpty else { return }
        let count = disk.random.below(writes.count + 1)
        disk.change(name) { tables in
            for write in writes.prefix(count) { tables.apply(write.batch.changes[...]) }
        }
        disk.note("is left with \(count) of \(writes.count) batches of \(name) that were not synced")
        // A kernel that lives writes what it was given: only without power is a batch torn.
        guard count < writes.count, crash == .powerLost, disk.conditions.tearing == .lastBatch else { return }
        let changes = writes[count].batch.changes
        let kept = disk.random.below(changes.count + 1)
        disk.change(name) { $0.apply(changes.prefix(kept)) }
        disk.note("is left with \(kept) of \(changes.count) changes of the next batch")
    }

    private func end() {
        guard !isEnded else { return }
        isEnded = true
        whenEnded()
        for reply in exchange(&waitingForEnd, with: []) { reply.tell(()) }
    }
}

extension SimulatedDisk.Tables {
    fileprivate mutating func apply(_ changes: ArraySlice<(table: StorageName, change: WriteBatch.Change)>) {
        for (name, change) in changes {
            // Taken out, because a table that is held twice is copied when it changes.
            var table = exchange(&self[name], with: nil) ?? SimulatedTable()
            table.apply(change)
            self[name] = table
        }
    }
}
