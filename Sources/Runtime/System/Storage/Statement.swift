import CConclaveSQLite
import ConclaveRuntime
import Glibc

/// A statement of SQL that is compiled once and run often.
@safe
final class Statement {
    private let statement: OpaquePointer
    private let connection: OpaquePointer

    init(_ text: String, in connection: OpaquePointer) throws(SQLiteFailure) {
        var made: OpaquePointer?
        let code = unsafe sqlite3_prepare_v3(
            connection, text, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &made, nil)
        guard code == SQLITE_OK, let made = unsafe made else {
            throw SQLiteFailure(code, errno: unsafe sqlite3_system_errno(connection))
        }
        unsafe statement = made
        unsafe self.connection = connection
    }

    deinit {
        unsafe sqlite3_finalize(statement)
    }

    /// Runs it with `values` in its places and expects no rows, or passes over them.
    func run(_ values: [UInt8]...) throws(SQLiteFailure) {
        defer { reset() }
        try bind(values)
        while try step() {}
    }

    /// The rows of two columns that it gives, at most `limit`.
    func entries(_ values: [[UInt8]], limit: Int) throws(SQLiteFailure) -> [StoredEntry] {
        defer { reset() }
        try bind(values)
        var entries: [StoredEntry] = []
        while entries.count < limit, try step() {
            entries.append(StoredEntry(key: bytes(ofColumn: 0), value: bytes(ofColumn: 1)))
        }
        return entries
    }

    /// The number that it gives first.
    func number() throws(SQLiteFailure) -> Int64? {
        defer { reset() }
        return try step() ? unsafe sqlite3_column_int64(statement, 0) : nil
    }

    /// The text that it gives first.
    func text() throws(SQLiteFailure) -> String? {
        defer { reset() }
        guard try step(), let text = unsafe sqlite3_column_text(statement, 0) else { return nil }
        return unsafe String(cString: text)
    }

    private func bind(_ values: [[UInt8]]) throws(SQLiteFailure) {
        for (index, value) in values.enumerated() {
            let code = unsafe value.withUnsafeBytes { bytes in
                unsafe conclave_sqlite_bind(
                    statement, Int32(index + 1), bytes.baseAddress, Int32(bytes.count))
            }
            guard code == SQLITE_OK else { throw SQLiteFailure(code) }
        }
    }

    /// Whether there is a row.
    private func step() throws(SQLiteFailure) -> Bool {
        errno = 0
        let code = unsafe sqlite3_step(statement)
        switch code {
        case SQLITE_ROW: return true
        case SQLITE_DONE: return false
        case _:
            // SQLite does not keep the number of a failed write; then it is the last one there was.
            let last = errno
            let kept = unsafe sqlite3_system_errno(connection)
            throw SQLiteFailure(code, errno: kept != 0 ? kept : last)
        }
    }

    private func bytes(ofColumn column: Int32) -> [UInt8] {
        let start = unsafe sqlite3_column_blob(statement, column)
        let count = unsafe Int(sqlite3_column_bytes(statement, column))
        return unsafe Array(UnsafeRawBufferPointer(start: start, count: start == nil ? 0 : count))
    }

    private func reset() {
        unsafe sqlite3_reset(statement)
        unsafe sqlite3_clear_bindings(statement)
    }
}
