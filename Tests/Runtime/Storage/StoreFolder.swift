import ConclaveRuntime
import ConclaveSystem
import Glibc

/// A folder for one test's stores, gone with all that is in it when the test lets go of it.
final class StoreFolder: Sendable {
    let path: String

    init() {
        var name = Array("/tmp/conclave-store-XXXXXX".utf8CString)
        path = unsafe name.withUnsafeMutableBufferPointer { buffer in
            unsafe buffer.baseAddress.flatMap { unsafe mkdtemp($0) }.map { unsafe String(cString: $0) } ?? ""
        }
    }

    deinit {
        for name in Self.names { _ = unsafe unlink(path + "/" + name) }
        _ = unsafe rmdir(path)
    }

    /// What lies in the folder of one store `journal`.
    static let names = ["journal.sqlite", "journal.sqlite-wal", "journal.lock"]
    var database: String { path + "/journal.sqlite" }
    var log: String { path + "/journal.sqlite-wal" }

    /// Opens the store, lets `body` use it and closes it.
    func journal(
        limits: StoreLimits = StoreLimits(), _ body: (any Store) async throws -> Void
    ) async throws {
        let storage = SystemStorage(folder: path, limits: limits)
        let store = try await storage.open("journal", tables: ["left", "right"])
        try await body(store)
        await store.close()
        storage.close()
    }

    static func read(_ path: String) -> [UInt8] {
        guard let stream = unsafe fopen(path, "r") else { return [] }
        defer { unsafe fclose(stream) }
        var bytes: [UInt8] = []
        while case let byte = unsafe fgetc(stream), byte != EOF {
            bytes.append(UInt8(truncatingIfNeeded: byte))
        }
        return bytes
    }

    static func write(_ bytes: some Collection<UInt8>, to path: String) {
        guard let stream = unsafe fopen(path, "w") else { return }
        for byte in bytes { unsafe fputc(Int32(byte), stream) }
        unsafe fclose(stream)
    }

    static func mode(_ path: String) -> UInt32 {
        var status = stat()
        return unsafe stat(path, &status) == 0 ? status.st_mode & 0o777 : 0
    }

    /// Starts the program that the tests kill and starve.
    static func writer(_ words: String..., in context: Context, shell: String? = nil) throws -> ChildProcess {
        let arguments = CommandLine.arguments
        let bundle = arguments.firstIndex(of: "--test-bundle-path").map { arguments[$0 + 1] } ?? arguments[0]
        let build = bundle.split(separator: "/").prefix { !$0.hasSuffix(".xctest") }
        let program = build.reduce("") { $0 + "/" + $1 } + "/ConclaveStorageWriter"
        guard let shell else { return try ChildProcess(.init(path: program, arguments: words), in: context) }
        let script = ["-c", shell + #"; exec "$0" "$@""#, program]
        return try ChildProcess(.init(path: "/bin/bash", arguments: script + words), in: context)
    }
}

extension WriteBatch {
    /// Puts `values` under keys of one byte.
    init(_ values: KeyValuePairs<UInt8, [UInt8]>, in table: StorageName = "left") {
        self.init()
        for (key, value) in values { set([key], to: value, in: table) }
    }
}
