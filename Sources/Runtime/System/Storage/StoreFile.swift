import ConclaveRuntime
import Glibc

/// Where a store lies, and how its file is made and opened.
struct StoreFile: Sendable {
    let folder: String
    let name: StorageName
    /// What the file may grow to; nil for no limit of ours.
    let bytesMax: Int?

    private var path: String { "\(folder)/\(name).sqlite" }

    /// Opens the database, which is made if it is not there, for this process alone.
    func open(tables: [StorageName]) throws(StorageFailure) -> Database {
        try makeFolder()
        let lock = try takeLock()
        try makeFile()
        do throws(SQLiteFailure) {
            return try Database(at: path, tables: tables, bytesMax: bytesMax, holding: lock)
        } catch {
            throw StorageFailure(name, error.cause)
        }
    }

    private func makeFolder() throws(StorageFailure) {
        guard unsafe mkdir(folder, 0o700) == 0 else {
            if errno == EEXIST { return }
            throw StorageFailure(name, errno: errno)
        }
        // Without this a power cut could take the folder back with all that was kept in it.
        let above = unsafe Glibc.open(folder + "/..", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard above >= 0 else { throw StorageFailure(name, errno: errno) }
        defer { close(above) }
        guard fsync(above) == 0 else { throw StorageFailure(name, errno: errno) }
    }

    /// The lock is a file of its own, because closing any descriptor of a database takes away the locks that
    /// SQLite has on it in the same process. A process that ends in whatever way lets go of it.
    private func takeLock() throws(StorageFailure) -> FileLock {
        let descriptor = unsafe Glibc.open("\(folder)/\(name).lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw StorageFailure(name, errno: errno) }
        let lock = FileLock(descriptor)
        guard lock.isTaken else { throw StorageFailure(name, .inUse) }
        return lock
    }

    /// SQLite would let others read what it makes. It gives the log the mode of the database.
    private func makeFile() throws(StorageFailure) {
        let descriptor = unsafe Glibc.open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        if descriptor >= 0 {
            close(descriptor)
        } else if errno == EEXIST {
            // Someone may have copied it here with another mode.
            _ = unsafe chmod(path, 0o600)
        } else {
            throw StorageFailure(name, errno: errno)
        }
    }
}

/// A file that is locked until this is let go of.
final class FileLock: Sendable {
    private let descriptor: Int32
    let isTaken: Bool

    /// Takes the descriptor over.
    init(_ descriptor: Int32) {
        self.descriptor = descriptor
        isTaken = flock(descriptor, LOCK_EX | LOCK_NB) == 0
    }

    deinit {
        close(descriptor)
    }
}
