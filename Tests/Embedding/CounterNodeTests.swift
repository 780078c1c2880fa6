import Conclave
import ConclaveSimulation
import Testing

@testable import ConclaveEmbedding

@Suite struct CounterNodeTests {
    @Test func `a chain of one's own is agreed on, and goes on after a power cut`() throws {
        let simulation = Simulation(seed: 9)
        let machines = (0..<4).map { simulation.addNode("validator-\($0)") }
        let keys = try machines.map {
            try SigningKey(seed: [UInt8](repeating: UInt8($0.number + 1), count: 32))
        }
        let stakes = zip(keys, machines).map { key, machine in
            PeerSet.Member(
                key.publicKey, at: .symmetric(SocketAddress(machine.ip, port: 3_000)), weight: 1_000)
        }
        var last: [UInt64] = [0, 0, 0, 0]
        for _ in 0..<2 {
            let nodes = try zip(keys, machines).compactMap { key, machine in
                try simulation.perform(on: machine) { context in
                    try await CounterNode.start(
                        key: key, listen: SocketAddress(machine.ip, port: 3_000), profile: .simulation,
                        stakes: stakes, in: context)
                }
            }
            simulation.run(for: .seconds(5))
            let sums = try zip(nodes, machines).map { node, machine in
                try simulation.perform(on: machine) { _ in await node.chain.sum } ?? 0
            }
            for (sum, before) in zip(sums, last) { #expect(sum > before + 100) }
            last = sums
            for machine in machines {
                machine.crash(.powerLost)
                machine.start()
            }
        }
        let node = try simulation.perform(on: machines[0]) { context in
            try await CounterNode.start(
                key: keys[0], listen: SocketAddress(machines[0].ip, port: 3_000), profile: .simulation,
                stakes: stakes, in: context)
        }
        let sum = try simulation.perform(on: machines[0]) { _ in await node?.chain.sum ?? 0 }
        // What it has kept, which is less than what it knew when the power failed.
        #expect(sum ?? 0 > last[0] / 2)
        try simulation.perform(on: machines[0]) { _ in await node?.shutdown() }
        #expect(machines[0].remains.isNothing)
        simulation.end()
    }
}
