/// Keeps what must outlive a process, as stores with names. In production files in a folder of the node, in
/// the simulation a disk inside the process that forgets what was not synced.
public protocol Storage: Sendable {
    /// Opens the store `name` and makes it, and those of its `tables` that are not there yet.
    ///
    /// A store is open once at a time: a second opener, here or in another process, is refused with
    /// ``StorageFailure/Cause/inUse``. One that is being closed is waited for.
    ///
    /// - Parameter tables: those that are read and written through what is returned; others of the store
    ///   stay as they are.
    func open(
        _ name: StorageName, tables: [StorageName]
    ) async throws(StorageFailure) -> any Store
}

/// For a node that keeps nothing: refuses to open anything, as ``StorageFailure/Cause/denied``.
public struct NoStorage: Storage {
    public init() {}

    public func open(
        _ name: StorageName, tables: [StorageName]
    ) async throws(StorageFailure) -> any Store {
        throw StorageFailure(name, .denied)
    }
}
