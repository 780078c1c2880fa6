import CConclaveSQLite
import ConclaveRuntime
import Glibc

/// What SQLite answered, and what the kernel had told it.
struct SQLiteFailure: Error {
    /// Extended.
    let code: Int32
    /// 0 if the kernel has nothing to do with it.
    let errno: Int32

    init(_ code: Int32, errno: Int32 = 0) {
        self.code = code
        self.errno = errno
    }

    /// A database, but none of ours. SQLite itself never answers this.
    static let foreign = SQLiteFailure(SQLITE_FORMAT)

    var cause: StorageFailure.Cause {
        switch code & 0xFF {
        case SQLITE_FULL: .full
        case SQLITE_BUSY, SQLITE_LOCKED: .inUse
        case SQLITE_CORRUPT, SQLITE_NOTADB: .corrupt
        case SQLITE_FORMAT: .foreign
        case SQLITE_READONLY, SQLITE_PERM, SQLITE_AUTH: .denied
        case SQLITE_CANTOPEN, SQLITE_IOERR: causeOfKernel
        case _: .system(code: code)
        }
    }

    private var causeOfKernel: StorageFailure.Cause {
        switch errno {
        case ENOSPC, EDQUOT, EFBIG: .full
        case EMFILE, ENFILE: .outOfDescriptors
        case EACCES, EPERM, EROFS, ENOENT, ENOTDIR, EISDIR: .denied
        case _: code & 0xFF == SQLITE_CANTOPEN ? .denied : .system(code: code)
        }
    }
}

extension HostFailure {
    /// Of a store whose thread could not be started.
    var storageCause: StorageFailure.Cause {
        if case .system(_, let code) = self { .system(code: code) } else { .outOfDescriptors }
    }
}

extension StorageFailure {
    /// A call of ours on the file of `store` failed.
    init(_ store: StorageName, errno: Int32) {
        self.init(store, SQLiteFailure(SQLITE_CANTOPEN, errno: errno).cause)
    }
}
