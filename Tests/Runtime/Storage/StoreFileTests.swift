import ConclaveRuntime
import ConclaveSystem
import Glibc
import Testing

@Suite(.timeLimit(.minutes(2))) struct StoreFileTests {
    @Test func `files are their owner's alone, and the folder is made`() async throws {
        let folder = StoreFolder(), inner = folder.path + "/data"
        let storage = SystemStorage(folder: inner)
        let store = try await storage.open("journal", tables: ["left"])
        try await store.write(WriteBatch([1: [1]]))
        #expect(StoreFolder.mode(inner) == 0o700)
        for name in StoreFolder.names { #expect(StoreFolder.mode(inner + "/" + name) == 0o600, "\(name)") }
        storage.close()
        _ = unsafe chmod(inner + "/journal.sqlite", 0o644)
        try await SystemStorage(folder: inner).open("journal", tables: []).close()
        #expect(StoreFolder.mode(inner + "/journal.sqlite") == 0o600)
        for name in StoreFolder.names { _ = unsafe unlink(inner + "/" + name) }
        _ = unsafe rmdir(inner)
    }

    @Test func `a folder that may not be written to is denied`() async throws {
        let folder = StoreFolder()
        _ = unsafe chmod(folder.path, 0o500)
        try await onRuntime { context in
            let child = try StoreFolder.writer("open-as-nobody", folder.path, in: context)
            #expect(await child.lines.next() == "denied")
            #expect(try await child.exit() == .code(0))
        }
    }

    @Test func `a folder that cannot be made is denied`() async {
        for path in ["/proc/none", "/dev/null/none", "/tmp/conclave-no-such-folder/none"] {
            await #expect(throws: StorageFailure("journal", .denied)) {
                _ = try await SystemStorage(folder: path).open("journal", tables: [])
            }
        }
    }

    @Test func `a disk that is full fails the write, keeps what was written and can be read`() async throws {
        let folder = StoreFolder()
        try await onRuntime { context in
            // No file may grow beyond 300 KiB: to the process that is what a full disk is.
            let child = try StoreFolder.writer(
                "fill", folder.path, in: context, shell: "ulimit -f 300; trap '' XFSZ")
            var lines: [String] = []
            while let line = await child.lines.next() { lines.append(line) }
            #expect(try await child.exit() == .code(0))
            #expect(lines.last == "full")
            #expect(lines.count > 2)
            try await folder.journal { store async throws in
                #expect(try await store.entries(in: "left", limit: 999).count == lines.count - 1)
                #expect(try await store.entries(in: "right", limit: 999).count == lines.count - 1)
            }
        }
    }
}
