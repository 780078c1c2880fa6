import ConclavePrimitives
import ConclaveRuntime

/// A node's disk as one of its processes sees it.
///
/// `@unchecked Sendable`: touched on the simulation's thread only; every entrance traps elsewhere.
final class SimulatedStorage: Storage, @unchecked Sendable {
    private let disk: SimulatedDisk
    /// Those that are open or close.
    private var stores = SortedArray<StorageName, StoreTurns>()
    private var isOver = false

    var openStores: Int { stores.count }

    init(disk: SimulatedDisk) {
        self.disk = disk
    }

    func open(
        _ name: StorageName, tables: [StorageName]
    ) async throws(StorageFailure) -> any Store {
        disk.world.requireHere(disk.node, "an opening")
        while let store = stores[name] {
            guard store.isClosing else { throw StorageFailure(name, .inUse) }
            await store.hasEnded()
        }
        guard !isOver else { throw StorageFailure(name, .closed) }
        let store = StoreTurns(name, tables: tables, disk: disk) { [weak self] in self?.stores[name] = nil }
        stores[name] = store
        return SimulatedStore(store)
    }

    /// The process has crashed: draws what is left of what it has not synced.
    func crashed(_ crash: Crash) {
        isOver = true
        for store in stores.values { store.crashed(crash) }
    }
}
