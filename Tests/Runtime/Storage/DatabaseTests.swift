import ConclaveRuntime
import ConclaveSystem
import Glibc
import Testing

@Suite(.timeLimit(.minutes(2))) struct DatabaseTests {
    /// A store with some hundred pages, closed.
    private func filled() async throws -> StoreFolder {
        let folder = StoreFolder()
        try await folder.journal { store async throws in
            for first in UInt8(0)..<20 {
                var batch = WriteBatch()
                for second in UInt8(0)..<20 {
                    batch.set([first, second], to: Array(repeating: second, count: 500), in: "left")
                }
                try await store.write(batch)
            }
        }
        return folder
    }

    private func opening(_ folder: StoreFolder) async -> StorageFailure? {
        do {
            try await folder.journal { store async throws in
                _ = try await store.entries(in: "left", limit: 9_999)
            }
            return nil
        } catch {
            return error as? StorageFailure
        }
    }

    @Test func `a file that is no database is corrupt`() async throws {
        let folder = StoreFolder()
        let tale = String(repeating: "once upon a time there was a file. ", count: 200)
        StoreFolder.write(tale.utf8, to: folder.database)
        #expect(await opening(folder) == StorageFailure("journal", .corrupt))
    }

    @Test func `pages that were overwritten or cut off are corrupt`() async throws {
        let folder = try await filled()
        let whole = StoreFolder.read(folder.database)
        #expect(whole.count > 50 * 4_096)
        for page in stride(from: 1, to: whole.count / 4_096, by: 10) {
            var damaged = whole
            for index in (page * 4_096)..<(page * 4_096 + 4_096) { damaged[index] = UInt8(index % 251) }
            StoreFolder.write(damaged, to: folder.database)
            // Not every page holds what is read here.
            let failure = await opening(folder)
            #expect(failure == StorageFailure("journal", .corrupt) || failure == nil)
            if page == 1 { #expect(failure != nil, "the root of the table") }
        }
        StoreFolder.write(whole.prefix(whole.count / 2), to: folder.database)
        #expect(await opening(folder) == StorageFailure("journal", .corrupt))
        StoreFolder.write(whole, to: folder.database)
        #expect(await opening(folder) == nil)
    }

    @Test func `a database of something else, or of a later version, is foreign and stays as it is`()
        async throws
    {
        let folder = try await filled()
        let ours = StoreFolder.read(folder.database)
        for place in [60, 68] {  // where SQLite keeps the version and the application's number
            var foreign = ours
            foreign[place] ^= 1
            StoreFolder.write(foreign, to: folder.database)
            #expect(await opening(folder) == StorageFailure("journal", .foreign))
            #expect(StoreFolder.read(folder.database) == foreign)
        }
    }

    @Test func `a log that a power cut tore holds whole batches, the first ones`() async throws {
        let folder = StoreFolder(), copy = StoreFolder()
        var database: [UInt8] = [], log: [UInt8] = []
        try await folder.journal { store async throws in
            for number in UInt8(0)..<10 {
                var batch = WriteBatch([number: Array(repeating: number, count: 3_000)])
                batch.set([number], to: [], in: "right")
                try await store.write(batch)
            }
            database = StoreFolder.read(folder.database)
            log = StoreFolder.read(folder.log)
        }
        var counts: Set<Int> = []
        for length in stride(from: log.count, through: 0, by: -2_048) {
            _ = unsafe unlink(copy.log)
            StoreFolder.write(database, to: copy.database)
            StoreFolder.write(log.prefix(length), to: copy.log)
            try await copy.journal { store async throws in
                let left = try await store.entries(in: "left", limit: 99).map(\.key)
                #expect(try await store.entries(in: "right", limit: 99).map(\.key) == left)
                #expect(left == (0..<UInt8(left.count)).map { [$0] })
                if length == log.count { #expect(left.count == 10) }
                counts.insert(left.count)
            }
        }
        #expect(counts == Set(0...10))
    }

    @Test func `a store that may not grow is full, and takes nothing more until it is opened again`()
        async throws
    {
        let folder = StoreFolder(), limits = StoreLimits(storeBytes: 100_000)
        let full = StorageFailure("journal", .full)
        var kept: UInt8 = 0
        try await folder.journal(limits: limits) { store async throws in
            while true {
                var batch = WriteBatch([kept: Array(repeating: 1, count: 9_000)])
                batch.set([kept], to: [], in: "right")
                guard (try? await store.write(batch)) != nil else { break }
                kept += 1
            }
            await #expect(throws: full) { try await store.write(WriteBatch([0: []])) }
            await #expect(throws: full) { try await store.write(WriteBatch()) }
            #expect(try await store.entries(in: "left", limit: 99).count == Int(kept))
            #expect(try await store.entries(in: "right", limit: 99).count == Int(kept))
        }
        #expect(kept > 2)
        try await folder.journal(limits: limits) { store async throws in
            #expect(try await store.entries(in: "left", limit: 99).count == Int(kept))
            var batch = WriteBatch()
            batch.remove(KeyRange.all, in: "left")
            try await store.write(batch)
            try await store.write(WriteBatch([0: Array(repeating: 1, count: 9_000)]))
        }
    }
}
