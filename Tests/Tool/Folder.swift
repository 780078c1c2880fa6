import Glibc

/// A folder of its own for one test, gone with all that is in it when the test lets go of it.
final class Folder: Sendable {
    let path: String

    init() {
        var name = Array("/tmp/conclave-test-XXXXXX".utf8CString)
        path = unsafe name.withUnsafeMutableBufferPointer { buffer in
            unsafe buffer.baseAddress.flatMap { unsafe mkdtemp($0) }.map { unsafe String(cString: $0) }
                ?? "/tmp"
        }
    }

    /// Takes over a folder that something else has made.
    init(at path: String) {
        self.path = path
    }

    deinit {
        for name in names where unsafe unlink(file(name)) != 0 { _ = Folder(at: file(name)) }
        _ = unsafe rmdir(path)
    }

    /// The path of a file in it.
    func file(_ name: String) -> String { path + "/" + name }

    /// What is in it, sorted.
    var names: [String] {
        guard let folder = unsafe opendir(path) else { return [] }
        defer { unsafe closedir(folder) }
        var names: [String] = []
        while let entry = unsafe readdir(folder) {
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                unsafe String(cString: UnsafeRawPointer(pointer).assumingMemoryBound(to: CChar.self))
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    /// Writes a file into it and returns its path.
    func write(_ text: String, _ name: String) -> String {
        let stream = unsafe fopen(file(name), "w")
        unsafe fputs(text, stream)
        if let stream = unsafe stream { unsafe fclose(stream) }
        return file(name)
    }

    /// The text of a file in it; empty if there is none.
    func read(_ name: String) -> String { contents(of: file(name)) ?? "" }

    /// The permission bits of a file in it, as `ls` counts them.
    func mode(_ name: String) -> UInt32 {
        var status = stat()
        guard unsafe stat(file(name), &status) == 0 else { return 0 }
        return status.st_mode & 0o777
    }
}

/// The text of a file; nil if it cannot be read.
func contents(of path: String) -> String? {
    guard let stream = unsafe fopen(path, "r") else { return nil }
    defer { unsafe fclose(stream) }
    var bytes: [UInt8] = []
    while case let byte = unsafe fgetc(stream), byte != EOF { bytes.append(UInt8(truncatingIfNeeded: byte)) }
    return String(decoding: bytes, as: UTF8.self)
}
