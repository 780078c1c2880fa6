import Conclave
import ConclaveSimulation
import Testing

@testable import ConclaveEmbedding

/// The page "Embed Conclave in your consensus engine" quotes this file and `Examples/Embedding`.
@Suite struct RoundEngineTests {
    @Test func `an engine runs in the simulation as it does on sockets`() throws {
        let simulation = Simulation(seed: 7, conditions: .world)
        let nodes = (0..<4).map { simulation.addNode("validator-\($0)", clock: .usual) }
        let keys = try nodes.map { try SigningKey(seed: [UInt8](repeating: UInt8($0.number + 1), count: 32)) }
        let stakes = zip(keys, nodes).map { key, node in
            PeerSet.Member(
                key.publicKey, at: .symmetric(SocketAddress(node.ip, port: 3_000)), weight: 1_000)
        }
        let engines = try zip(keys, nodes).map { key, node in
            try RoundEngine(
                key: key, listen: SocketAddress(node.ip, port: 3_000), profile: .simulation,
                context: node.context)
        }
        for (engine, node) in zip(engines, nodes) {
            try simulation.perform(on: node) { _ in
                try await engine.start()
                try await engine.follow(epoch: 1, stakes)
            }
        }
        simulation.run(for: .seconds(10))
        nodes[3].crash(.powerLost)
        simulation.run(for: .seconds(10))
        let round = try simulation.perform(on: nodes[0]) { _ in await engines[0].round }
        for (engine, node) in zip(engines, nodes).prefix(3) {
            try simulation.perform(on: node) { _ in await engine.shutdown() }
        }
        #expect(round ?? 0 > 20)
        for node in nodes { #expect(node.remains.isNothing, "\(simulation.report())") }
        simulation.end()
    }

    @Test func `who has lost the stake is cut off, and the others go on`() throws {
        let simulation = Simulation(seed: 8)
        let nodes = (0..<5).map { simulation.addNode("validator-\($0)") }
        let keys = try nodes.map { try SigningKey(seed: [UInt8](repeating: UInt8($0.number + 1), count: 32)) }
        let stakes = zip(keys, nodes).map { key, node in
            PeerSet.Member(key.publicKey, at: .symmetric(SocketAddress(node.ip, port: 3_000)))
        }
        var profile = Profile.simulation
        profile.trackedPeerSets = 1
        let engines = try zip(keys, nodes).map { key, node in
            try RoundEngine(
                key: key, listen: SocketAddress(node.ip, port: 3_000), profile: profile,
                context: node.context)
        }
        for (engine, node) in zip(engines, nodes) {
            try simulation.perform(on: node) { _ in
                try await engine.start()
                try await engine.follow(epoch: 1, stakes)
            }
        }
        simulation.run(for: .seconds(5))
        for (engine, node) in zip(engines, nodes).prefix(4) {
            try simulation.perform(on: node) { _ in
                try await engine.follow(epoch: 2, Array(stakes.prefix(4)))
            }
        }
        simulation.run(for: .seconds(1))
        let before = try rounds(engines, nodes, simulation)
        simulation.run(for: .seconds(5))
        let after = try rounds(engines, nodes, simulation)
        #expect(after[4] <= before[4] + 1)
        for place in 0..<4 { #expect(after[place] > before[place] + 10) }
        simulation.end()
    }

    private func rounds(
        _ engines: [RoundEngine], _ nodes: [SimulatedNode], _ simulation: Simulation
    ) throws -> [UInt64] {
        try zip(engines, nodes).map { engine, node in
            try simulation.perform(on: node) { _ in await engine.round } ?? 0
        }
    }
}
