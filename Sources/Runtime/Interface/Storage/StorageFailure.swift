/// A store could not do what it was asked: our surroundings failed or the caller asked too much; charge no
/// peer.
public struct StorageFailure: Error, Hashable, Sendable {
    public enum Cause: Hashable, Sendable {
        /// The disk, its quota or the store's own limit has no more room.
        case full
        /// What is on the disk is not what was written.
        case corrupt
        /// The file is no store, or that of a later version.
        case foreign
        /// We may not make, read or write the file.
        case denied
        /// Somebody has the store open: this process or another.
        case inUse
        /// As much waits for the disk as may; try again later.
        case overloaded
        /// A key, or a batch with all its keys and values, is longer than `most`.
        case tooLarge(bytes: Int, most: Int)
        case closed
        /// The process may open no more descriptors.
        case outOfDescriptors
        /// Anything else, by the storage engine's own code.
        case system(code: Int32)
    }

    public let store: StorageName
    public let cause: Cause

    public init(_ store: StorageName, _ cause: Cause) {
        self.store = store
        self.cause = cause
    }
}
