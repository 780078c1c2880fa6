import ConclaveRuntime

/// A store as its user holds it; dropping it closes the store.
///
/// `@unchecked Sendable`: touched on the simulation's thread only; every entrance traps elsewhere.
final class SimulatedStore: Store, @unchecked Sendable {
    /// Of the failure of a disk that breaks: SQLite's for a write that failed.
    static let brokenCode: Int32 = 778

    private let turns: StoreTurns

    init(_ turns: StoreTurns) {
        self.turns = turns
    }

    deinit {
        turns.close()
    }

    var name: StorageName { turns.name }

    func write(_ batch: WriteBatch) async throws(StorageFailure) {
        try await turns.add(batch).reply.answer().get()
    }

    func entries(
        in table: StorageName, _ keys: KeyRange, limit: Int, order: KeyOrder
    ) async throws(StorageFailure) -> [StoredEntry] {
        try await turns.add(table, keys, limit: limit, order: order).reply.answer().get()
    }

    func close() async {
        turns.close()
        await turns.hasEnded()
    }
}
