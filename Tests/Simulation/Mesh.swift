import Conclave
import ConclaveCodec
import ConclavePrimitives
import ConclaveRuntime
import ConclaveSimulation

/// Peer networks of production code, each on a node of its own, in lookup mode.
final class Mesh {
    let simulation: Simulation
    let nodes: [SimulatedNode]
    let keys: [SigningKey]
    var networks: [PeerNetwork] = []
    var senders: [Sender] = []
    /// Bytes received by each node.
    let received: [Counter]

    final class Counter: Sendable {
        private let value = Lock(0)
        var count: Int { value.withLock { $0 } }
        func add(_ number: Int) { value.withLock { $0 += number } }
    }

    init(_ count: Int, seed: UInt64, conditions: NetworkConditions = .rack, loops: Int = 1) throws {
        simulation = Simulation(seed: seed, conditions: conditions)
        nodes = (0..<count).map { [simulation] in
            simulation.addNode("node \($0)", loops: loops, clock: .usual)
        }
        keys = try (0..<count).map {
            try SigningKey(seed: [UInt8($0 + 1)] + [UInt8](repeating: 7, count: 31))
        }
        received = (0..<count).map { _ in Counter() }
        for index in nodes.indices { try start(index) }
    }

    func start(_ index: Int) throws {
        let node = nodes[index], context = node.context
        let configuration = try Configuration(
            profile: .simulation, namespace: "TEST", maxMessageBytes: 65_536,
            listen: SocketAddress(node.ip, port: 3_000))
        let network = PeerNetwork(configuration, key: keys[index], context: context)
        let (sender, receiver) = try network.register(channel: 0, options: ChannelOptions())
        networks.append(network)
        senders.append(sender)
        try network.start()
        let set = try PeerSet(
            primary: zip(keys, nodes).map { key, node in
                PeerSet.Member(key.publicKey, at: .symmetric(SocketAddress(node.ip, port: 3_000)))
            })
        context.spawn("oracle") { _ in try await network.oracle.track(0, set) }
        let received = received[index]
        context.spawn("receiver") { _ in
            for await (_, message) in receiver { received.add(Array(message).count) }
        }
    }

    var connected: [Int] { senders.indices.map { senders[$0].connected().count } }
    var isMesh: Bool { connected.allSatisfy { $0 == nodes.count - 1 } }

    /// Every node sends to all every 100 ms.
    func converse() {
        for index in nodes.indices {
            let context = nodes[index].context, sender = senders[index]
            context.spawn("speaker") { context in
                var sender = sender
                while true {
                    _ = try sender.send([UInt8](repeating: UInt8(index), count: 100), to: .all)
                    try await context.sleep(for: .milliseconds(100))
                }
            }
        }
    }

    /// What one seed's history comes to.
    struct Result: Equatable {
        let digest: UInt64, steps: Int, received: [Int]
    }

    /// Five nodes talk for two seconds, on a network that depends on the seed.
    static func story(seed: UInt64) throws -> Result {
        let conditions: [NetworkConditions] = [.rack, .world, .rough]
        let mesh = try Mesh(5, seed: seed, conditions: conditions[Int(seed % 3)], loops: 1 + Int(seed % 2))
        mesh.converse()
        mesh.simulation.run(for: .seconds(2))
        return Result(
            digest: mesh.simulation.journal.digest, steps: mesh.simulation.steps,
            received: mesh.received.map(\.count))
    }
}
