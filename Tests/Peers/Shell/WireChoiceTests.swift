import Conclave
import ConclaveCodec
import ConclavePrimitives
import ConclaveTestNodes
import Testing

/// Nodes on sockets that do not all dial in the same profile.
@Suite(.timeLimit(.minutes(1))) struct WireChoiceTests {
    @Test func `who dials chooses, and nodes of both profiles talk with each other`() async throws {
        try await withRuntime { context in
            let wires: [WireChoice] = [.native, .commonware, .native, .commonware]
            let nodes = try wires.enumerated().map { number, wire in
                try TestNode(UInt8(number + 1), context: context, wire: wire)
            }
            try await TestNode.mesh(nodes)
            for one in nodes {
                for other in nodes where other.peer != one.peer {
                    try await one.deliver([1, 2, 3], to: other.peer)
                }
            }
            for (node, own) in zip(nodes, wires) {
                #expect(await node.hear(3).count == 3)
                for link in await node.network.snapshot().links where link.direction == .dialed {
                    #expect(link.wire.wire == own.dialled)
                }
            }
        }
    }

    @Test func `a node that goes down is heard to say so`() async throws {
        try await withRuntime { context in
            let nodes = try [1, 2].map { try TestNode($0, context: context) }
            try await TestNode.mesh(nodes)
            let events = await nodes[1].network.oracle.connections
            await nodes[0].network.shutdown(within: .seconds(5))
            var ends: [CloseReason] = []
            for await event in events {
                if case .disconnected(_, let reason) = event {
                    ends.append(reason)
                    break
                }
            }
            #expect(ends == [.goodbye(.shutdown)])
            let snapshot = await nodes[1].network.snapshot()
            #expect(snapshot.peers.first { $0.peer == nodes[0].peer }?.lastEnd == .goodbye(.shutdown))
        }
    }

    @Test func `what both sides allow travels compressed, and arrives as it was`() async throws {
        try await withRuntime { context in
            let options = [try ChannelOptions(compression: .lz4)]
            let nodes = try [1, 2].map { try TestNode($0, context: context, options: options) }
            try await TestNode.mesh(nodes)
            let text = Array(String(repeating: "transfer 12 from alice to bob; ", count: 10_000).utf8)
            try await nodes[0].deliver(text, to: nodes[1].peer)
            #expect(await nodes[1].hear(1)[nodes[0].peer] == [text])
            let tally = await nodes[0].network.snapshot().total
            #expect(tally.writtenBytes < UInt64(text.count / 10))
        }
    }
}
