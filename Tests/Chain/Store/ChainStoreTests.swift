import ConclaveChain
import ConclaveCodec
import ConclaveCryptography
import ConclavePrimitives
import ConclaveRuntime
import ConclaveSimulation
import ConclaveSystem
import Testing

@Suite struct ChainStoreTests {
    /// A history drawn from a seed: blocks with transactions, over several short epochs.
    struct History {
        let genesis = Town.genesis(Town.terms(epochLength: 4))
        var blocks: [FinalBlock] = []

        init(seed: UInt64, blocks count: Int) throws {
            var whims = Whims(seed: seed)
            var ledger = Ledger(genesis)
            for height in 1...count {
                var draft = BlockDraft(on: ledger)
                for _ in 0..<8 {
                    let transaction = try whims.next(in: draft)
                    _ = try? draft.apply(transaction)
                }
                let executed = draft.sealed()
                let header = StoredHeader(
                    header: Array(repeating: UInt8(height), count: 5), certificate: [UInt8(height)])
                blocks.append(FinalBlock(executed, header: header!))
                ledger = executed.ledger
            }
        }

        /// The root behind each height.
        var roots: [ChainDigest] { [Ledger(genesis).stateRoot] + blocks.map(\.executed.stateRoot) }
    }

    /// The newest block of which it was said that it is kept.
    final class Told: Sendable {
        private let lock = Lock<UInt64>(0)
        var height: UInt64 {
            get { lock.withLock { $0 } }
            set { lock.withLock { $0 = newValue } }
        }
    }

    static func node(_ simulation: Simulation, _ disk: DiskConditions = .usual) -> SimulatedNode {
        simulation.addNode("node", disk: disk)
    }

    /// Goes on with a history from wherever the store is, and notes each height that is kept.
    static func goOn(_ history: History, told: Told, on node: SimulatedNode) {
        node.context.spawn("keeper", onFailure: .ignore) { context in
            let (store, ledger) = try await ChainStore.open(in: context.storage, history.genesis)
            told.height = ledger.height
            for block in history.blocks.dropFirst(Int(ledger.height)) {
                try await store.append(block)
                told.height = block.height
            }
            try await context.sleep(for: .seconds(1_000))
        }
    }

    @Test func `what is kept is read again, and the chain goes on where it was`() throws {
        let history = try History(seed: 1, blocks: 20)
        let simulation = Simulation(seed: 1), node = Self.node(simulation)
        for part in [0..<7, 7..<20] {
            try simulation.perform(on: node) { context in
                let (store, ledger) = try await ChainStore.open(in: context.storage, history.genesis)
                #expect(ledger.height == UInt64(part.lowerBound))
                #expect(ledger.stateRoot == history.roots[part.lowerBound])
                for block in history.blocks[part] {
                    try await store.append(block)
                    try await store.append(block)  // delivered again
                    #expect(store.height == block.height)
                    #expect(try await store.body(at: block.height) == block.executed.body.bytes)
                    #expect(try await store.header(at: block.height) == block.header)
                    for (index, receipt) in block.executed.receipts.enumerated() {
                        let place = try await store.place(of: receipt.hash)
                        #expect(place == TransactionPlace(height: block.height, index: UInt32(index)))
                    }
                }
                #expect(try await store.header(at: 21) == nil)
                #expect(try await store.header(at: 0) == nil)
                #expect(try await store.place(of: .zero) == nil)
                await store.close()
            }
        }
    }

    @Test(.timeLimit(.minutes(5)))
    func `on a real disk it is the same`() async throws {
        let folder = ChainFolder(), history = try History(seed: 5, blocks: 6)
        for part in [0..<3, 3..<6, 6..<6] {
            let storage = SystemStorage(folder: folder.path)
            let (store, ledger) = try await ChainStore.open(in: storage, history.genesis)
            #expect(ledger.stateRoot == history.roots[part.lowerBound])
            for block in history.blocks[part] { try await store.append(block) }
            for block in history.blocks[..<part.upperBound] {
                #expect(try await store.header(at: block.height) == block.header)
            }
            #expect(try await store.body(at: 1) == history.blocks[0].executed.body.bytes)
            await store.close()
            storage.close()
        }
    }

    @Test func `headers stay for ever, bodies and places of transactions for some epochs`() throws {
        let history = try History(seed: 2, blocks: 18)
        let simulation = Simulation(seed: 2), node = Self.node(simulation)
        try simulation.perform(on: node) { context in
            let (store, _) = try await ChainStore.open(in: context.storage, history.genesis, epochsKept: 2)
            for newest in history.blocks {
                try await store.append(newest)
                // Epochs of four: with 17 begins the fifth, and 13 is the first of the fourth.
                let epoch = (newest.height - 1) / 4
                let oldest = epoch == 0 ? 1 : (epoch - 1) * 4 + 1
                for block in history.blocks[..<Int(newest.height)] {
                    #expect(try await store.header(at: block.height) == block.header)
                    let isKept = block.height >= oldest
                    #expect((try await store.body(at: block.height) != nil) == isKept)
                    for receipt in block.executed.receipts {
                        #expect((try await store.place(of: receipt.hash) != nil) == isKept)
                    }
                }
            }
            await store.close()
        }
    }

    @Test func `a block that is passed over is refused, as is another chain`() throws {
        let history = try History(seed: 3, blocks: 3)
        let simulation = Simulation(seed: 3), node = Self.node(simulation)
        try simulation.perform(on: node) { context in
            let (store, _) = try await ChainStore.open(in: context.storage, history.genesis)
            await #expect(throws: ChainStoreFault.gap(expected: 1)) {
                try await store.append(history.blocks[1])
            }
            try await store.append(history.blocks[0])
            await store.close()
            let terms = ChainTerms(identity: .init(.zero, network: Town.namespace), epochLength: 4)
            let other = try ChainGenesis(terms: terms, accounts: history.genesis.accounts)
            await #expect(throws: ChainStoreFault.foreignChain(Town.chain.digest)) {
                _ = try await ChainStore.open(in: context.storage, other)
            }
        }
    }

    /// At every write of a story, with every way to crash and a disk that tears: what was kept is there,
    /// whole, and the story goes on to the same end.
    @Test(arguments: Crash.allCases)
    func `wherever a node crashes, it has whole blocks, none that was kept is gone, and it goes on`(
        crash: Crash
    ) throws {
        var lost = 0, left = 0
        for seed in 0..<6 as Range<UInt64> {
            let history = try History(seed: seed, blocks: 10)
            for count in 0...UInt64(10) {
                let simulation = Simulation(seed: seed &* 31 &+ count)
                let latency = Duration.microseconds(100)...Duration.milliseconds(5)
                let disk = DiskConditions(latency: latency, tearing: .lastBatch)
                let node = Self.node(simulation, disk)
                let told = Told()
                Self.goOn(history, told: told, on: node)
                simulation.run(atMost: .seconds(60)) { told.height >= count }
                simulation.run(for: .microseconds(Int(seed) * 700))
                let before = told.height
                node.crash(crash)
                node.start()
                let ledger = try simulation.perform(on: node) { context in
                    let (store, ledger) = try await ChainStore.open(in: context.storage, history.genesis)
                    for height in 0..<ledger.height {
                        #expect(try await store.header(at: height + 1) != nil)
                    }
                    // A part of the batch behind it may be there, and does not show.
                    #expect(try await store.header(at: ledger.height + 1) == nil)
                    #expect(try await store.body(at: ledger.height + 1) == nil)
                    for receipt in history.blocks.dropFirst(Int(ledger.height)).flatMap(\.executed.receipts) {
                        #expect(try await store.place(of: receipt.hash) == nil)
                    }
                    await store.close()
                    return ledger
                }
                let found = try #require(ledger)
                #expect(found.height >= before)
                #expect(found.stateRoot == history.roots[Int(found.height)])
                if found.height > before { left += 1 } else { lost += 1 }
                Self.goOn(history, told: told, on: node)
                simulation.run(atMost: .seconds(60)) { told.height >= 10 }
                #expect(told.height == 10)
            }
        }
        #expect(lost > 10 && left > 3)
    }

    @Test(arguments: 1...11)
    func `a write that fails ends the chain there, and it goes on once the disk is mended`(count: Int) throws
    {
        for seed in 0..<8 as Range<UInt64> {
            let history = try History(seed: seed, blocks: 10)
            let simulation = Simulation(seed: seed)
            let node = Self.node(simulation, .tearing)
            simulation.network.perform(.failWrite(0, after: count))
            let told = Told()
            let failure = try simulation.perform(on: node) { context -> ChainStoreFault? in
                do throws(ChainStoreFault) {
                    let (store, _) = try await ChainStore.open(in: context.storage, history.genesis)
                    for block in history.blocks {
                        try await store.append(block)
                        told.height = block.height
                    }
                    await store.close()
                    return nil
                } catch {
                    return error
                }
            }
            // The first write is the opening's.
            #expect((failure ?? nil) != nil)
            #expect(told.height == UInt64(max(0, count - 2)))
            node.crash(.killed)
            node.start()
            let ledger = try simulation.perform(on: node) { context in
                try await ChainStore.open(in: context.storage, history.genesis).ledger
            }
            let found = try #require(ledger)
            #expect(found.height >= told.height)
            #expect(found.stateRoot == history.roots[Int(found.height)])
        }
    }

    @Test func `an account that was changed behind the chain's back is found out`() throws {
        let history = try History(seed: 4, blocks: 6)
        let simulation = Simulation(seed: 4), node = Self.node(simulation)
        try simulation.perform(on: node) { context in
            let (store, _) = try await ChainStore.open(in: context.storage, history.genesis)
            for block in history.blocks { try await store.append(block) }
            await store.close()
            // The last block does not touch it, or it would be written again.
            let touched = Set(history.blocks[5].executed.changes.map(\.key))
            let victim = try #require((0..<8).map(Town.key).first { !touched.contains($0) })
            for (table, key, bytes, part) in [
                ("accounts", victim.bytes, Account(balance: 1_000_000).encoded, .state),
                ("accounts", victim.bytes, [1, 2], .account), ("head", [], [1, 2], .head),
            ] as [(StorageName, [UInt8], [UInt8], ChainStoreFault.Part)] {
                let raw = try await context.storage.open(ChainStore.name, tables: [table])
                var batch = WriteBatch()
                batch.set(key, to: bytes, in: table)
                try await raw.write(batch)
                await raw.close()
                await #expect(throws: ChainStoreFault.corrupt(part)) {
                    _ = try await ChainStore.open(in: context.storage, history.genesis)
                }
            }
        }
    }
}
