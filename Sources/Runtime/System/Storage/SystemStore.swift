import ConclaveRuntime

/// A store as its user holds it; dropping it closes the store.
final class SystemStore: Store {
    private let thread: StoreThread
    private let storage: SystemStorage

    init(_ thread: StoreThread, of storage: SystemStorage) {
        self.thread = thread
        self.storage = storage
    }

    deinit {
        thread.close()
    }

    var name: StorageName { thread.name }

    func write(_ batch: WriteBatch) async throws(StorageFailure) {
        try await thread.add(batch).reply.answer().get()
    }

    func entries(
        in table: StorageName, _ keys: KeyRange, limit: Int, order: KeyOrder
    ) async throws(StorageFailure) -> [StoredEntry] {
        try await thread.add(table, keys, limit: limit, order: order).reply.answer().get()
    }

    func close() async {
        thread.close()
        await thread.hasEnded()
        storage.joinLeaving()
    }
}
