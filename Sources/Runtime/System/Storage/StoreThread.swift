import ConclavePrimitives
import ConclaveRuntime

/// One store's thread: opens its database, keeps what waits in groups, one transaction and so one sync a
/// group, and closes the database at the end. Nobody else touches the database.
final class StoreThread: Sendable {
    let name: StorageName
    /// Told when the store is open or cannot be opened.
    let opened = Reply<Result<Void, StorageFailure>>(.disk)

    private struct State {
        var calls: StoreCalls
        var hasEnded = false
        var waitingForEnd: [Reply<Void>] = []
    }

    private let file: StoreFile
    private let tables: [StorageName]
    private let state: Lock<State>
    /// Posted when something waits.
    private let work = Semaphore()

    init(_ file: StoreFile, tables: [StorageName], limits: StoreLimits) {
        name = file.name
        self.file = file
        self.tables = tables
        state = Lock(State(calls: StoreCalls(name, tables: tables, limits: limits)))
    }

    // MARK: From anywhere

    func add(_ batch: WriteBatch) throws(StorageFailure) -> StoreCalls.Write {
        let write = try state.withLock { state throws(StorageFailure) in try state.calls.add(batch) }
        work.post()
        return write
    }

    func add(
        _ table: StorageName, _ keys: KeyRange, limit: Int, order: KeyOrder
    ) throws(StorageFailure) -> StoreCalls.Read {
        let read = try state.withLock { state throws(StorageFailure) in
            try state.calls.add(table, keys, limit: limit, order: order)
        }
        work.post()
        return read
    }

    var isClosing: Bool { state.withLock { $0.calls.isClosed } }

    /// Takes nothing more; the thread ends when it has kept what waits.
    func close() {
        state.withLock { $0.calls.close() }
        work.post()
    }

    func hasEnded() async {
        let reply = Reply<Void>(.disk)
        let hasEnded = state.withLock { state in
            if !state.hasEnded { state.waitingForEnd.append(reply) }
            return state.hasEnded
        }
        if !hasEnded { await reply.answer() }
    }

    /// The thread has let go of everything.
    func tellEnded() {
        let waiting = state.withLock { state in
            state.hasEnded = true
            return exchange(&state.waitingForEnd, with: [])
        }
        for reply in waiting { reply.tell(()) }
    }

    // MARK: On the thread

    func run() {
        do throws(StorageFailure) {
            let database = try file.open(tables: tables)
            opened.tell(.success(()))
            serve(database)
        } catch {
            let waiting = state.withLock { state in
                state.calls.close()
                return state.calls.take()
            }
            waiting.fail(error)
            opened.tell(.failure(error))
        }
    }

    private func serve(_ database: Database) {
        var failure: StorageFailure?
        while let group = next() {
            if !group.writes.isEmpty, failure == nil { failure = keep(group.writes, in: database) }  // I11
            for write in group.writes {
                write.reply.tell(failure.map { .failure($0) } ?? .success(()))
            }
            for read in group.reads { read.reply.tell(answer(to: read, from: database)) }
        }
    }

    /// What waits now; nil when the store is closed and nothing does.
    private func next() -> StoreCalls.Group? {
        while true {
            let (group, isClosed) = state.withLock { ($0.calls.take(), $0.calls.isClosed) }
            if !group.isEmpty { return group }
            if isClosed { return nil }
            work.wait()
        }
    }

    private func keep(_ writes: [StoreCalls.Write], in database: Database) -> StorageFailure? {
        do throws(SQLiteFailure) {
            try database.transaction { () throws(SQLiteFailure) in
                for write in writes {
                    for (table, change) in write.batch.changes { try database.apply(change, to: table) }
                }
            }
            return nil
        } catch {
            return StorageFailure(name, error.cause)
        }
    }

    private func answer(
        to read: StoreCalls.Read, from database: Database
    ) -> Result<[StoredEntry], StorageFailure> {
        do throws(SQLiteFailure) {
            return .success(
                try database.entries(in: read.table, read.keys, limit: read.limit, order: read.order))
        } catch {
            return .failure(StorageFailure(name, error.cause))
        }
    }
}
