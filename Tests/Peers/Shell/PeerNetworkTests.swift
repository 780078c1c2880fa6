import Conclave
import ConclaveCodec
import ConclavePrimitives
import Testing

@Suite struct PeerNetworkTests {
    @Test func `two peers connect and hear each other`() async throws {
        try await withRuntime { context in
            let nodes = [try TestNode(1, context: context), try TestNode(2, context: context)]
            try await TestNode.start(nodes)
            await nodes[0].connected(to: 1)
            await nodes[1].connected(to: 1)
            for (node, other) in [(nodes[0], nodes[1]), (nodes[1], nodes[0])] {
                var sender = node.sender
                let sent = try sender.send([1, 2, 3], to: .one(other.peer))
                #expect(sent.acceptedCount == 1)
                #expect(sent.accepted == [other.peer])
            }
            for (node, other) in [(nodes[0], nodes[1]), (nodes[1], nodes[0])] {
                var messages = node.receiver.makeAsyncIterator()
                let first = await messages.next()
                #expect(first?.peer == other.peer)
                #expect(first.map { Array($0.message) } == [1, 2, 3])
            }
            for node in nodes { await node.network.shutdown(within: .seconds(1)) }
        }
    }
}
