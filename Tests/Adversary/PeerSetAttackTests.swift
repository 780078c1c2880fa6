import Conclave
import ConclaveTestNodes
import Testing

/// What an engine that is deceived, or an epoch that changes, must not do to the network.
@Suite(.timeLimit(.minutes(1))) struct PeerSetAttackTests {
    @Test func `A44 blocking everyone blocks fewer than a third`() async throws {
        try await withRuntime { context in
            let nodes = try (1...7).map { try TestNode($0, context: context) }
            try await TestNode.mesh(nodes)
            let oracle = nodes[0].network.oracle
            for node in nodes { _ = await oracle.block(node.peer) }
            let blocked = await oracle.peers.filter(\.isBlocked)
            try #require(blocked.count == 2)
            var reached: [PeerID] = []
            for node in nodes[3...] {
                try await nodes[0].deliver([1], to: node.peer)
                reached += await node.hear(1).keys
            }
            #expect(reached == [PeerID](repeating: nodes[0].peer, count: 4))
        }
    }

    @Test func `A47 peers in both sets keep the same connection through ten changes`() async throws {
        try await withRuntime { context in
            var profile = Profile.local
            profile.trackedPeerSets = 1
            let nodes = try (1...4).map { try TestNode($0, context: context, profile: profile) }
            try await TestNode.mesh(nodes)
            let (own, comesAndGoes) = (nodes[0], nodes[3].peer)
            let all = try nodes.map { try $0.member() }
            let events = await own.network.oracle.connections
            for _ in 0..<3 { _ = await events.next() }
            for index in 1...10 as ClosedRange<UInt64> {
                let members = index % 2 == 0 ? all : all.filter { $0.peer != comesAndGoes }
                try await own.network.oracle.track(index, PeerSet(primary: members))
                for node in nodes[1...2] {
                    try await own.deliver([UInt8(index)], to: node.peer)
                    #expect(await node.hear(1) == [own.peer: [[UInt8(index)]]])
                }
            }
            while let event = events.poll() { #expect(event.peer == comesAndGoes, "\(event)") }
        }
    }
}
