import ConclaveArguments
import ConclaveSystem
import FoundationEssentials
import Glibc

/// Reads and writes whole small files. Glibc's calls rather than Foundation's: only they say who may read a
/// file from its first byte on, and that an existing one stays as it is.
package enum SystemFile {
    /// What becomes of a file that stands there already.
    enum Existing {
        case stays, isReplaced
    }

    /// For secrets: the owner alone reads and writes.
    static let secretMode: mode_t = 0o600
    static let plainMode: mode_t = 0o644

    /// The bytes of the file at `path`, if there are at most `limit`.
    package static func read(_ path: String, limit: Int) throws(LocalnetFailure) -> [UInt8] {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw unreadable(path, errno) }
        defer { close(descriptor) }
        let bytes = try read(descriptor, path, atMost: limit + 1)
        guard bytes.count <= limit else {
            throw .badInput("\(quoted(path)) is longer than \(sizeText(limit)), the most allowed")
        }
        return bytes
    }

    /// The last bytes of the file at `path`, at most `limit`.
    static func tail(_ path: String, limit: Int) throws(LocalnetFailure) -> [UInt8] {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw unreadable(path, errno) }
        defer { close(descriptor) }
        let end = lseek(descriptor, 0, SEEK_END)
        lseek(descriptor, max(0, end - limit), SEEK_SET)
        return try read(descriptor, path, atMost: limit)
    }

    private static func read(
        _ descriptor: Int32, _ path: String, atMost limit: Int
    ) throws(LocalnetFailure) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: limit)
        var count = 0
        while count < limit {
            let got = unsafe bytes.withUnsafeMutableBytes { buffer in
                unsafe Glibc.read(descriptor, buffer.baseAddress?.advanced(by: count), limit - count)
            }
            if got < 0, errno == EINTR { continue }
            guard got >= 0 else { throw unreadable(path, errno) }
            guard got > 0 else { break }
            count += got
        }
        bytes.removeSubrange(count...)
        return bytes
    }

    private static func unreadable(_ path: String, _ code: Int32) -> LocalnetFailure {
        .badInput("cannot read \(quoted(path)): \(errorText(code))")
    }

    /// Writes a file that appears at once and whole, or not at all: it is written beside its place first.
    static func write(
        _ bytes: [UInt8], to path: String, mode: mode_t, existing: Existing = .stays
    ) throws(LocalnetFailure) {
        let draft = "\(path).\(getpid()).draft"
        defer { _ = unsafe unlink(draft) }
        try writeDraft(bytes, to: draft, mode: mode, for: path)
        switch existing {
        case .isReplaced:
            guard unsafe rename(draft, path) == 0 else { throw unwritable(path, errno) }
        case .stays:
            // Unlike renaming, linking fails where something stands.
            guard unsafe link(draft, path) == 0 else { throw unwritable(path, errno) }
        }
        settle(folderOf: path)
    }

    private static func writeDraft(
        _ bytes: [UInt8], to draft: String, mode: mode_t, for path: String
    ) throws(LocalnetFailure) {
        _ = unsafe unlink(draft)
        let descriptor = unsafe open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
        guard descriptor >= 0 else { throw unwritable(path, errno) }
        defer { close(descriptor) }
        // The mask of the process may take rights away from the mode above, never add any.
        guard fchmod(descriptor, mode) == 0 else { throw unwritable(path, errno) }
        guard WholeWrite.write(bytes, to: descriptor) else { throw unwritable(path, errno) }
        guard fsync(descriptor) == 0 else { throw unwritable(path, errno) }
    }

    /// Makes the file's new name survive a power cut. Some file systems cannot do that for a folder; then it
    /// may not.
    private static func settle(folderOf path: String) {
        let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
        let descriptor = unsafe open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        fsync(descriptor)
        close(descriptor)
    }

    static func exists(_ path: String) -> Bool { unsafe access(path, F_OK) == 0 }

    /// Removes a file, or a folder with all that is in it.
    static func remove(_ path: String) throws(LocalnetFailure) {
        guard unsafe unlink(path) != 0 else { return }
        guard errno == EISDIR || errno == EPERM else { throw unwritable(path, errno) }
        do {
            try FileManager.default.removeItem(atPath: path)
        } catch {
            throw .cannotWrite("cannot remove \(quoted(path)): \(error)")
        }
    }

    static func unwritable(_ path: String, _ code: Int32) -> LocalnetFailure {
        switch code {
        case EEXIST: .cannotWrite("\(quoted(path)) exists already and is not overwritten; name another file")
        case _: .cannotWrite("cannot write \(quoted(path)): \(errorText(code))")
        }
    }
}

/// What the system says of an error number: `No such file or directory`.
func errorText(_ code: Int32) -> String {
    unsafe String(cString: strerror(code))
}
