import ConclaveRuntime

/// A table of keys and values, with the statements that are run on it.
///
/// An ordinary table with an index, and not one without row numbers: values of a megabyte would make the tree
/// of the keys itself large.
struct DatabaseTable {
    private let set, removeRange, removeRest: Statement
    private let range, rest: SortedPair

    /// The same question in both orders.
    private struct SortedPair {
        let ascending, descending: Statement

        init(_ question: String, in connection: OpaquePointer) throws(SQLiteFailure) {
            ascending = try unsafe Statement(question + " ORDER BY key", in: connection)
            descending = try unsafe Statement(question + " ORDER BY key DESC", in: connection)
        }
    }

    /// The statement that makes the table unless it is there.
    static func making(_ name: StorageName) -> String {
        """
        CREATE TABLE IF NOT EXISTS "\(name)"
        (key BLOB NOT NULL PRIMARY KEY, value BLOB NOT NULL)
        """
    }

    /// For a table that is there.
    init(_ name: StorageName, in connection: OpaquePointer) throws(SQLiteFailure) {
        set = try unsafe Statement(
            """
            INSERT INTO "\(name)" VALUES (?1, ?2)
            ON CONFLICT (key) DO UPDATE SET value = excluded.value
            """, in: connection)
        let between = "key >= ?1 AND key < ?2", after = "key >= ?1"
        removeRange = try unsafe Statement("DELETE FROM \"\(name)\" WHERE \(between)", in: connection)
        removeRest = try unsafe Statement("DELETE FROM \"\(name)\" WHERE \(after)", in: connection)
        let select = "SELECT key, value FROM \"\(name)\" WHERE "
        range = try unsafe SortedPair(select + between, in: connection)
        rest = try unsafe SortedPair(select + after, in: connection)
    }

    func apply(_ change: WriteBatch.Change) throws(SQLiteFailure) {
        switch change {
        case .set(let key, let value): try set.run(key, value)
        case .remove(let keys):
            if let end = keys.end {
                try removeRange.run(keys.first, end)
            } else {
                try removeRest.run(keys.first)
            }
        }
    }

    func entries(
        _ keys: KeyRange, limit: Int, order: KeyOrder
    ) throws(SQLiteFailure) -> [StoredEntry] {
        let question = keys.end == nil ? rest : range
        let values = [keys.first] + (keys.end.map { [$0] } ?? [])
        return switch order {
        case .ascending: try question.ascending.entries(values, limit: limit)
        case .descending: try question.descending.entries(values, limit: limit)
        }
    }
}
