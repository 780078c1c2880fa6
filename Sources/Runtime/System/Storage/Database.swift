import CConclaveSQLite
import ConclavePrimitives
import ConclaveRuntime

/// One database of SQLite, for one thread: a table of keys and values for each name.
///
/// Write-ahead log with `synchronous=FULL`: a transaction is in the log and the log is synced before `COMMIT`
/// returns; frames of the log carry checksums, so what a power cut tore is left out as a whole.
@safe
final class Database {
    /// Stands in the head of every store: "Conc".
    private static let applicationNumber: Int64 = 0x436F_6E63
    private static let formatNumber: Int64 = 1
    private static let pageBytes = 4_096
    /// A log that grew larger is cut back to this once it has been copied into the database.
    private static let logBytesMax = 67_108_864

    private let connection: OpaquePointer
    private let lock: FileLock
    private var tables = SortedArray<StorageName, DatabaseTable>()

    /// - Parameters:
    ///   - bytesMax: what the file may grow to.
    ///   - lock: held until the database is closed.
    init(
        at path: String, tables names: [StorageName], bytesMax: Int?, holding lock: FileLock
    ) throws(SQLiteFailure) {
        var opened: OpaquePointer?
        let flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE
        let code = unsafe sqlite3_open_v2(path, &opened, flags, nil)
        guard let connection = unsafe opened else { throw SQLiteFailure(code) }
        unsafe self.connection = connection
        self.lock = lock
        guard code == SQLITE_OK else {
            throw SQLiteFailure(code, errno: unsafe sqlite3_system_errno(connection))
        }
        // SQLite takes what it may only read without saying so.
        guard unsafe sqlite3_db_readonly(connection, "main") == 0 else {
            throw SQLiteFailure(SQLITE_READONLY)
        }
        try run("PRAGMA locking_mode=EXCLUSIVE")
        let origin = try recognise()
        try configure(bytesMax: bytesMax)
        try make(names, in: origin)
        for name in names { tables[name] = try unsafe DatabaseTable(name, in: connection) }
    }

    deinit {
        // A statement that is still there would keep the file open.
        tables = SortedArray()
        unsafe sqlite3_close_v2(connection)
    }

    // MARK: Opening

    private enum Origin {
        case new, ours
    }

    /// A file that something else has made stays as it is.
    private func recognise() throws(SQLiteFailure) -> Origin {
        guard try number("SELECT count(*) FROM sqlite_schema") != 0 else { return .new }
        guard try number("PRAGMA application_id") == Self.applicationNumber,
            try number("PRAGMA user_version") == Self.formatNumber
        else { throw .foreign }
        return .ours
    }

    private func configure(bytesMax: Int?) throws(SQLiteFailure) {
        guard try statement("PRAGMA journal_mode=WAL").text() == "wal" else {
            throw SQLiteFailure(SQLITE_CANTOPEN)
        }
        try run("PRAGMA synchronous=FULL")
        try run("PRAGMA trusted_schema=OFF")
        try run("PRAGMA cell_size_check=ON")
        try run("PRAGMA journal_size_limit=\(Self.logBytesMax)")
        if let bytesMax { try run("PRAGMA max_page_count=\(max(1, bytesMax / Self.pageBytes))") }
    }

    /// Writes nothing if everything is there: what a full disk holds can still be read.
    private func make(_ names: [StorageName], in origin: Origin) throws(SQLiteFailure) {
        try transaction { () throws(SQLiteFailure) in
            if origin == .new {
                try run("PRAGMA application_id=\(Self.applicationNumber)")
                try run("PRAGMA user_version=\(Self.formatNumber)")
            }
            for name in names { try run(DatabaseTable.making(name)) }
        }
    }

    // MARK: Using

    /// Keeps all that `body` does, or nothing.
    func transaction(_ body: () throws(SQLiteFailure) -> Void) throws(SQLiteFailure) {
        do throws(SQLiteFailure) {
            try run("BEGIN IMMEDIATE")
            try body()
            try run("COMMIT")
        } catch {
            // Some failures have rolled back already.
            if unsafe sqlite3_get_autocommit(connection) == 0 { try? run("ROLLBACK") }
            throw error
        }
    }

    func apply(_ change: WriteBatch.Change, to table: StorageName) throws(SQLiteFailure) {
        try existing(table).apply(change)
    }

    func entries(
        in table: StorageName, _ keys: KeyRange, limit: Int, order: KeyOrder
    ) throws(SQLiteFailure) -> [StoredEntry] {
        try existing(table).entries(keys, limit: limit, order: order)
    }

    private func existing(_ name: StorageName) throws(SQLiteFailure) -> DatabaseTable {
        guard let table = tables[name] else { throw SQLiteFailure(SQLITE_MISUSE) }
        return table
    }

    private func statement(_ text: String) throws(SQLiteFailure) -> Statement {
        try unsafe Statement(text, in: connection)
    }

    private func run(_ text: String) throws(SQLiteFailure) { try statement(text).run() }
    private func number(_ text: String) throws(SQLiteFailure) -> Int64? { try statement(text).number() }
}
