import ConclavePrimitives
import ConclaveRuntime
import ConclaveSimulation

/// A node that keeps batches of two entries that belong together, and what was said of them.
final class Keeping {
    static let tables: [StorageName] = ["left", "right"]

    let simulation: Simulation
    let node: SimulatedNode
    private let counts: Counts

    private final class Counts: Sendable {
        let told: Lock<[Int]>

        init(writers: Int) { told = Lock(Array(repeating: 0, count: writers)) }
    }

    init(seed: UInt64, writers: Int = 3, tearing: DiskConditions.Tearing = .never) {
        simulation = Simulation(seed: seed)
        let latency = Duration.microseconds(100)...Duration.milliseconds(5)
        node = simulation.addNode("node", disk: DiskConditions(latency: latency, tearing: tearing))
        counts = Counts(writers: writers)
    }

    /// Lets each writer write so many batches.
    func begin(batches: Int) {
        let counts = counts, writers = told.count
        node.context.spawn("keeper", onFailure: .ignore) { context in
            let store = try await context.storage.open("journal", tables: Self.tables)
            for writer in 0..<writers {
                context.spawn("writer") { context in
                    for number in 0..<batches {
                        try await store.write(Self.batch(of: writer, number))
                        counts.told.withLock { $0[writer] += 1 }
                    }
                }
            }
            try await context.sleep(for: .seconds(1_000))
        }
    }

    static func batch(of writer: Int, _ number: Int, in tables: StorageName...) -> WriteBatch {
        var batch = WriteBatch()
        for table in tables.isEmpty ? Self.tables : tables {
            batch.set([UInt8(writer), UInt8(number)], to: [UInt8(number)], in: table)
        }
        return batch
    }

    /// By writer: batches of which the writer was told that they are kept.
    var told: [Int] { counts.told.withLock { $0 } }
    var toldAll: Int { told.reduce(0, +) }

    /// What is in both tables of a store that is opened for it and closed again.
    func content() throws -> [[StoredEntry]]? {
        try simulation.perform(on: node) { context in
            let store = try await context.storage.open("journal", tables: Self.tables)
            var content: [[StoredEntry]] = []
            for table in Self.tables { content.append(try await store.entries(in: table, limit: 1_000)) }
            await store.close()
            return content
        }
    }

    /// Crashes after so many batches and a while, starts again and looks.
    func crash(_ crash: Crash, after count: Int, and pause: Duration) throws -> [[StoredEntry]]? {
        simulation.run(atMost: .seconds(60)) { toldAll >= count }
        simulation.run(for: pause)
        node.crash(crash)
        node.start()
        return try content()
    }
}
