import ConclavePrimitives
public import ConclaveRuntime

/// Stores as files of SQLite in one folder, each with a thread of its own, so that a slow one holds up no
/// other and no loop.
///
/// Files are their owner's alone (mode 0600; a folder that is made, 0700). A store `journal` is
/// `journal.sqlite`, its log `journal.sqlite-wal` and `journal.lock`, which stays and holds nothing.
public final class SystemStorage: Storage {
    public let folder: String
    public let limits: StoreLimits

    private struct State {
        /// Those whose threads have not ended.
        var stores = SortedArray<StorageName, StoreThread>()
        /// Threads that have nothing left to do but to end.
        var leaving: [Thread] = []
        var isClosed = false
    }

    private enum Place {
        case taken(StoreThread)
        case free(StoreThread)
        case closed
    }

    private let state = Lock(State())
    /// Posted when a store's thread ends.
    private let ended = Semaphore()

    /// - Parameters:
    ///   - folder: made when a store is opened, if what it is in is there.
    ///   - limits: bounds of each store.
    public init(folder: String, limits: StoreLimits = StoreLimits()) {
        self.folder = folder
        self.limits = limits
    }

    deinit {
        for thread in state.withLock({ exchange(&$0.leaving, with: []) }) { thread.detach() }
    }

    public func open(
        _ name: StorageName, tables: [StorageName]
    ) async throws(StorageFailure) -> any Store {
        while true {
            switch place(of: name, tables) {
            case .closed: throw StorageFailure(name, .closed)
            case .free(let thread):
                try await start(thread)
                return SystemStore(thread, of: self)
            case .taken(let thread):
                guard thread.isClosing else { throw StorageFailure(name, .inUse) }
                await thread.hasEnded()
            }
        }
    }

    /// Keeps everything that was passed, then ends the threads of all stores; blocks until that is done.
    /// Nothing can be opened afterwards.
    public func close() {
        let stores = state.withLock { state in
            state.isClosed = true
            return state.stores.values
        }
        for store in stores { store.close() }
        while state.withLock({ !$0.stores.isEmpty }) { ended.wait() }
        joinLeaving()
    }

    /// Joins threads that are ending by themselves.
    func joinLeaving() {
        for thread in state.withLock({ exchange(&$0.leaving, with: []) }) { thread.join() }
    }

    private func place(of name: StorageName, _ tables: [StorageName]) -> Place {
        state.withLock { state in
            guard !state.isClosed else { return .closed }
            if let store = state.stores[name] { return .taken(store) }
            let file = StoreFile(folder: folder, name: name, bytesMax: limits.storeBytes)
            let store = StoreThread(file, tables: tables, limits: limits)
            state.stores[name] = store
            return .free(store)
        }
    }

    private func start(_ store: StoreThread) async throws(StorageFailure) {
        let name = store.name
        do throws(HostFailure) {
            _ = try Thread("store \(name)") { [self] in
                store.run()
                forget(name)
                store.tellEnded()
            }
        } catch {
            state.withLock { $0.stores[name] = nil }
            store.close()
            store.tellEnded()
            ended.post()
            throw StorageFailure(name, error.storageCause)
        }
        let outcome = await store.opened.answer()
        if case .failure = outcome {
            await store.hasEnded()
            joinLeaving()
        }
        try outcome.get()
    }

    /// On the thread of the store, which ends now.
    private func forget(_ name: StorageName) {
        state.withLock { state in
            state.stores[name] = nil
            state.leaving.append(.current)
        }
        ended.post()
    }
}
