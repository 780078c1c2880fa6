import ConclavePrimitives
import ConclaveRuntime
import ConclaveSimulation
import Testing

@Suite struct SimulatedStorageTests {
    @Test(arguments: Crash.allCases)
    func `wherever a node crashes, no batch is there by half and none that was written is gone`(crash: Crash)
        throws
    {
        var lost = 0, left = 0
        for seed in UInt64(0)..<10 {
            for count in 0...15 {
                let keeping = Keeping(seed: seed)
                keeping.begin(batches: 6)
                let content = try #require(
                    try keeping.crash(crash, after: count, and: .microseconds(Int(seed) * 400)))
                #expect(content[0] == content[1], "half a batch")
                for (writer, told) in keeping.told.enumerated() {
                    let numbers = content[0].filter { $0.key[0] == UInt8(writer) }.map { Int($0.key[1]) }
                    #expect(numbers == Array(0..<numbers.count), "a batch without those before it")
                    #expect(numbers.count >= told, "a batch that was written is gone")
                    if numbers.count > told { left += 1 } else { lost += 1 }
                }
            }
        }
        // Otherwise nothing was under way when it crashed, and the above shows nothing.
        #expect(lost > 50 && left > 50)
    }

    @Test func `a disk that tears leaves at most the last batch by half, and only without power`() throws {
        var torn = 0
        for seed in UInt64(0)..<100 {
            for crash in Crash.allCases {
                let keeping = Keeping(seed: seed, writers: 2, tearing: .lastBatch)
                keeping.begin(batches: 6)
                let content = try #require(try keeping.crash(crash, after: 5, and: .milliseconds(1)))
                let halves = content[0].count - content[1].count
                #expect(halves == 0 || halves == 1 && crash == .powerLost)
                #expect(content[1].count >= keeping.toldAll)
                torn += halves
            }
        }
        #expect(torn > 5)
    }

    @Test(arguments: 1...8)
    func `a write that fails takes all later ones with it until the store is opened again`(count: Int)
        throws
    {
        var causes: Set<StorageFailure.Cause> = []
        for seed in UInt64(0)..<20 {
            let keeping = Keeping(seed: seed, writers: 1)
            keeping.simulation.network.perform(.failWrite(0, after: count))
            let cause = try keeping.simulation.perform(on: keeping.node) { context in
                let store = try await context.storage.open("journal", tables: Keeping.tables)
                for number in 0..<(count - 1) { try await store.write(Keeping.batch(of: 0, number)) }
                var failures: [StorageFailure] = []
                for number in (count - 1)..<(count + 3) {
                    do throws(StorageFailure) {
                        try await store.write(Keeping.batch(of: 0, number))
                    } catch {
                        failures.append(error)
                    }
                }
                #expect(failures.count == 4 && Set(failures).count == 1)
                #expect(try await store.entries(in: "left", limit: 99).count == count - 1)
                await store.close()
                return failures.first?.cause
            }
            let found = try #require(cause ?? nil)
            causes.insert(found)
            let content = try #require(try keeping.content())
            #expect(content[0] == content[1])
            #expect(content[0].count == count - 1 || content[0].count == count && found != .full)
        }
        #expect(causes.count == 2)
    }

    @Test func `a crash answers everything that waits, and nothing of the old process gets through`() throws {
        let keeping = Keeping(seed: 7)
        keeping.begin(batches: 100)
        keeping.simulation.run(atMost: .seconds(60)) { keeping.toldAll >= 10 }
        #expect(keeping.node.crash(.powerLost) == 0)
        let told = keeping.toldAll
        keeping.node.start()
        let before = try keeping.content()
        keeping.simulation.run(for: .seconds(10))
        #expect(keeping.toldAll == told)
        #expect(try keeping.content() == before)
    }

    @Test func `a store is opened once at a time, and by others when it is closed or dropped`() throws {
        let simulation = Simulation(seed: 3), node = simulation.addNode("node")
        let seen = try simulation.perform(on: node) { context in
            var store: (any Store)? = try await context.storage.open("journal", tables: ["left"])
            await #expect(throws: StorageFailure("journal", .inUse)) {
                _ = try await context.storage.open("journal", tables: ["left"])
            }
            _ = try await context.storage.open("peers", tables: ["left"])
            let batch = Keeping.batch(of: 1, 1, in: "left")
            context.spawn("writer") { [store] _ in try await store?.write(batch) }
            try await context.sleep(for: .microseconds(1))
            store = nil
            try await context.sleep(for: .seconds(1))
            let next = try await context.storage.open("journal", tables: ["left"])
            let seen = try await next.value(of: [1, 1], in: "left")
            await next.close()
            await #expect(throws: StorageFailure("journal", .closed)) { try await next.write(WriteBatch()) }
            return seen
        }
        #expect(seen == [1])
    }

    @Test func `ranges come in the order of their keys, from either end, and within the limit`() throws {
        let keys: [[UInt8]] = [[], [0], [0, 0], [1], [1, 255], [2], [127], [128], [255], [255, 255]]
        let simulation = Simulation(seed: 3), node = simulation.addNode("node")
        try simulation.perform(on: node) { context in
            let store = try await context.storage.open("journal", tables: ["left"])
            var batch = WriteBatch()
            for key in keys.reversed() + [[3]] { batch.set(key, to: key, in: "left") }
            batch.remove([3], in: "left")
            try await store.write(batch)
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

    @Test func `a seed gives the same history again, and the disk is part of it`() throws {
        func history(seed: UInt64) throws -> (UInt64, [[StoredEntry]]?) {
            let keeping = Keeping(seed: seed)
            keeping.begin(batches: 20)
            let content = try keeping.crash(.powerLost, after: 20, and: .milliseconds(2))
            return (keeping.simulation.journal.digest, content)
        }
        var digests: Set<UInt64> = []
        for seed in UInt64(0)..<10 {
            let (digest, content) = try history(seed: seed), again = try history(seed: seed)
            #expect(again.0 == digest)
            #expect(again.1 == content)
            digests.insert(digest)
        }
        #expect(digests.count == 10)
    }
}
