import Conclave
import ConclavePrimitives
import ConclaveRuntime

/// Every node of a full mesh in one process broadcasts to all others, as fast as the outboxes take it. What a
/// full outbox refused is offered to that peer again before the next message, so every message is delivered
/// to everybody: a delivery is one message at one node's application.
enum Broadcast: MeshBenchmark {
    static let name = "broadcast"
    static let settings: [Setting] = [.nodes, .size, .loops]
    static let figures = [
        "deliveriesPerSecond", "microsecondsPerDelivery", "residentBytes", "broadcasts", "deliveries",
    ]

    /// Until what was accepted is delivered.
    private static let patience = Duration.seconds(30)
    private static let pause = Duration.milliseconds(1)
    /// Messages between two looks at the clock.
    private static let batch = 16

    static func references(_ options: BenchOptions) -> [Reference] {
        // They have room for no more nodes.
        guard options.nodes <= 64 else { return [] }
        let nodes = "\(options.nodes)", size = "\(options.size)", seconds = "\(options.duration.inSeconds)"
        return [
            Reference(
                name: Reference.plainC, program: "ceiling",
                arguments: ["mesh", "ossl-chacha", nodes, seconds, size, "\(options.loops)"]),
            Reference(
                name: "ZeroMQ CURVE", program: "zmqbench",
                arguments: ["mesh", "curve", nodes, seconds, size]),
        ]
    }

    static func measure(_ options: BenchOptions, _ context: Context) async throws -> Figures {
        let mesh = try await BenchMesh(options, context: context)
        BenchNode.sayLanes()
        let counts = mesh.nodes.map { DeliveryCount(at: $0, context) }
        let start = context.clock.now, processorBefore = Resources.processorSeconds
        let broadcasts = try await send(
            from: mesh.nodes, options, until: start.advanced(by: options.duration), context)
        let expected = broadcasts * (options.nodes - 1), deadline = context.clock.now.advanced(by: patience)
        while counts.reduce(0, { $0 + $1.count }) < expected, context.clock.now < deadline {
            try await context.sleep(for: pause)
        }
        let processor = Resources.processorSeconds - processorBefore, resident = Resources.residentBytes
        let deliveries = counts.reduce(0) { $0 + $1.count }
        guard deliveries == expected else {
            throw RoundFailed(description: "\(deliveries) deliveries of \(broadcasts) broadcasts")
        }
        let seconds = start.duration(to: counts.compactMap(\.last).max() ?? start).inSeconds
        await mesh.shutdown()
        return Figures([
            "deliveriesPerSecond": Double(deliveries) / seconds,
            "microsecondsPerDelivery": processor / Double(deliveries) * 1e6,
            "residentBytes": Double(resident), "broadcasts": Double(broadcasts),
            "deliveries": Double(deliveries),
        ])
    }

    private static func send(
        from nodes: [BenchNode], _ options: BenchOptions, until end: Instant, _ context: Context
    ) async throws -> Int {
        let sent = Lock(0)
        let senders = nodes.map { node in
            context.spawn("sender", on: node.executor) { context in
                let count = try await send(from: node, options, until: end, context)
                sent.withLock { $0 += count }
            }
        }
        for child in senders { if let error = await child.failure() { throw error } }
        return sent.withLock { $0 }
    }

    /// Returns how many messages everybody was sent.
    private static func send(
        from node: BenchNode, _ options: BenchOptions, until end: Instant, _ context: Context
    ) async throws -> Int {
        var sender = node.sender
        let payload = [UInt8](repeating: 0x5A, count: options.size)
        var count = 0
        while context.clock.now < end {
            for _ in 0..<batch {
                var refused = try sender.send(payload, to: .all).refused
                while let first = refused.first {
                    guard await sender.room(for: first.peer) else {
                        throw RoundFailed(description: "a link ended")
                    }
                    refused = try sender.send(payload, to: .some(refused.map(\.peer))).refused
                }
                count += 1
            }
        }
        return count
    }
}
