import ConclavePrimitives
import ConclaveRuntime
import ConclaveSystem
import ConclaveTelemetry
import Glibc
import Testing

@Suite(.timeLimit(.minutes(2))) struct SystemStorageTests {
    // MARK: What is kept

    @Test func `what was written is there after the store was opened again`() async throws {
        let folder = StoreFolder()
        try await folder.journal { store async throws in
            try await store.write(WriteBatch([1: [10], 2: [], 3: Array(repeating: 7, count: 1_000_000)]))
            try await store.write(WriteBatch([2: [20]], in: "right"))
        }
        try await folder.journal { store async throws in
            #expect(try await store.value(of: [1], in: "left") == [10])
            #expect(try await store.value(of: [2], in: "left") == [])
            #expect(try await store.value(of: [3], in: "left")?.count == 1_000_000)
            #expect(try await store.value(of: [2], in: "right") == [20])
            #expect(try await store.value(of: [1], in: "right") == nil)
        }
    }

    /// Opens the journal once its last store is gone: a task that has ended may hold what it captured a
    /// moment longer.
    private static func reopened(_ storage: SystemStorage, _ context: Context) async throws -> any Store {
        while true {
            do throws(StorageFailure) {
                return try await storage.open("journal", tables: ["left"])
            } catch {
                guard error.cause == .inUse else { throw error }
                try await context.sleep(for: .milliseconds(1))
            }
        }
    }

    @Test func `closing and dropping a store keep what was passed to it`() async throws {
        let folder = StoreFolder()
        try await onRuntime { context in
            let storage = SystemStorage(folder: folder.path)
            for round in UInt8(0)..<2 {
                var store: (any Store)? = try await Self.reopened(storage, context)
                let writer = context.spawn("writer") { [store] _ in
                    try await store?.write(WriteBatch([round: [round]]))
                }
                if round == 0 { await writer.ended() }
                store = nil
                await writer.ended()
            }
            let store = try await Self.reopened(storage, context)
            #expect(try await store.entries(in: "left", limit: 9).map(\.key) == [[0], [1]])
            storage.close()
            await #expect(throws: StorageFailure("journal", .closed)) {
                try await store.write(WriteBatch([2: []]))
            }
            await #expect(throws: StorageFailure("journal", .closed)) {
                _ = try await storage.open("journal", tables: [])
            }
        }
    }

    @Test func `batches apply in the order of the calls, and reads see those before them`() async throws {
        let folder = StoreFolder()
        try await onRuntime { context in
            try await folder.journal { store async throws in
                let calls = Lock<[UInt8]>([])
                let writers = (UInt8(0)..<100).map { number in
                    context.spawn("writer") { _ in
                        calls.withLock { $0.append(number) }
                        try await store.write(WriteBatch([0: [number]]))
                        #expect(try await store.value(of: [0], in: "left") != nil)
                    }
                }
                while calls.withLock({ $0.count }) < 100 { await Task.yield() }
                let last = calls.withLock { $0.last }
                #expect(try await store.value(of: [0], in: "left") == last.map { [$0] })
                for writer in writers { #expect(await writer.failure() == nil) }
            }
        }
    }

    @Test func `ranges come in the order of their keys, from either end, and no more than asked for`()
        async throws
    {
        let keys: [[UInt8]] = [[], [0], [0, 0], [1], [1, 255], [2], [127], [128], [255], [255, 255]]
        try await StoreFolder().journal { store async throws in
            var batch = WriteBatch()
            for key in keys.reversed() { batch.set(key, to: key, in: "left") }
            try await store.write(batch)
            let all = try await store.entries(in: "left", limit: 100)
            #expect(all == keys.map { StoredEntry(key: $0, value: $0) })
            let ranges: [KeyRange] = [
                .all, .prefix([1]), .prefix([255]), .init(from: [0], until: [2]), .only([]),
            ]
            for range in ranges {
                let expected = keys.filter(range.contains)
                for limit in [0, 1, 3, 100] {
                    let rising = try await store.entries(in: "left", range, limit: limit)
                    #expect(rising.map(\.key) == Array(expected.prefix(limit)))
                    let falling = try await store.entries(
                        in: "left", range, limit: limit, order: .descending)
                    #expect(falling.map(\.key) == Array(expected.reversed().prefix(limit)))
                }
            }
        }
    }

    @Test func `changes of a batch apply one after the other, removals too`() async throws {
        try await StoreFolder().journal { store async throws in
            try await store.write(WriteBatch([1: [1], 2: [2], 3: [3], 4: [4]]))
            var batch = WriteBatch([9: [9]])
            batch.remove(KeyRange(from: [3]), in: "left")
            batch.set([3], to: [33], in: "left")
            batch.remove(KeyRange(from: [1], until: [2]), in: "left")
            batch.remove([7], in: "left")
            try await store.write(batch)
            let expected = [
                StoredEntry(key: [2], value: [2]), StoredEntry(key: [3], value: [33]),
            ]
            #expect(try await store.entries(in: "left", limit: 9) == expected)
        }
    }

    // MARK: One opener

    @Test func `a second opener is refused until the first has closed`() async throws {
        let folder = StoreFolder()
        let first = SystemStorage(folder: folder.path), second = SystemStorage(folder: folder.path)
        let store = try await first.open("journal", tables: ["left"])
        let refusal = StorageFailure("journal", .inUse)
        await #expect(throws: refusal) { _ = try await first.open("journal", tables: ["left"]) }
        await #expect(throws: refusal) { _ = try await second.open("journal", tables: ["left"]) }
        try await store.write(WriteBatch([1: [1]]))
        await store.close()
        let other = try await second.open("journal", tables: ["left"])
        #expect(try await other.value(of: [1], in: "left") == [1])
        first.close()
        second.close()
    }

    @Test func `another process is refused, and let in when the first is gone`() async throws {
        let folder = StoreFolder()
        try await onRuntime { context in
            let holder = try StoreFolder.writer("hold", folder.path, in: context)
            #expect(await holder.lines.next() == "open")
            await #expect(throws: StorageFailure("journal", .inUse)) { try await folder.journal { _ in } }
            holder.send(.kill)
            _ = try await holder.exit()
            try await folder.journal { _ in }
        }
    }

    // MARK: Ends

    @Test func `a process that is killed loses no batch that was written, and keeps none by half`()
        async throws
    {
        try await onRuntime { context in
            for round in 1...3 {
                let folder = StoreFolder()
                let writer = try StoreFolder.writer("write", folder.path, in: context)
                var written = ["0": -1, "1": -1, "2": -1, "3": -1]
                var lines = 0
                while let line = await writer.lines.next() {
                    lines += 1
                    if lines == 40 * round { writer.send(.kill) }
                    let words = line.split(separator: " ")
                    if words.count == 2, let count = Int(words[1]) { written[String(words[0])] = count }
                }
                #expect(try await writer.exit() == .signal(SIGKILL))
                #expect(lines >= 40 * round)
                try await folder.journal { store async throws in
                    for (name, last) in written {
                        let prefix = [UInt8(name) ?? 255]
                        let left = try await store.entries(in: "left", .prefix(prefix), limit: 99_999)
                        let right = try await store.entries(in: "right", .prefix(prefix), limit: 99_999)
                        #expect(left.map(\.key) == right.map(\.key), "half a batch")
                        #expect(left.count > last, "a batch that was written is gone")
                        let newest = left.last.map { Int($0.key[1]) << 8 | Int($0.key[2]) }
                        #expect(newest ?? -1 == left.count - 1, "a batch without those before it")
                    }
                }
            }
        }
    }

    @Test func `no thread and no descriptor is left`() async {
        await #expect(processExitsWith: .success) {
            let folder = StoreFolder()
            for round in 0..<3 {
                let storage = SystemStorage(folder: folder.path)
                let runtime = try SystemRuntime(loops: 1, storage: storage, log: .silent)
                _ = runtime.run { context in
                    let store = try await context.storage.open("journal", tables: ["left"])
                    #expect(SystemRuntimeTests.threads().contains { $0.hasPrefix("store") })
                    context.spawn("writer") { _ in try await store.write(WriteBatch([UInt8(round): []])) }
                    await #expect(throws: StorageFailure.self) {
                        _ = try await context.storage.open("journal", tables: [])
                    }
                    try await context.sleep(for: .milliseconds(1))
                    return 0
                }
                #expect(SystemRuntimeTests.threads() == [])
                #expect(StoreFolder.read(folder.log) == [], "closed without flushing")
            }
            try await folder.journal { store async throws in
                #expect(try await store.entries(in: "left", limit: 9).count == 3)
            }
        }
    }
}
