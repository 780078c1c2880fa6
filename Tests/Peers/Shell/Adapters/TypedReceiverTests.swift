import Conclave
import ConclaveTestNodes
import Testing

@testable import ConclavePeers

@Suite(.timeLimit(.minutes(1))) struct TypedReceiverTests {
    /// A vote for a height.
    private struct Vote: WireValue, Equatable {
        var height: UInt64

        init(height: UInt64) {
            self.height = height
        }

        func encode(into writer: inout Writer) { writer.varint(height) }

        init(from reader: inout Reader) throws(DecodeError) { height = try reader.varint64() }
    }

    /// Two nodes; the first hears votes, the second may send what it likes.
    private func pair(
        _ context: Context, _ body: (TestNode, TestNode) async throws -> Void
    ) async throws {
        let nodes = try (1...2).map { try TestNode($0, context: context) }
        try await TestNode.mesh(nodes)
        try await body(nodes[0], nodes[1])
    }

    @Test func `values are encoded once, decoded at the other end, and come with their peer`() async throws {
        try await withRuntime { context in
            try await pair(context) { hears, speaks in
                var sender = speaks.sender.typed(as: Vote.self)
                for height in [0, 1, 1 << 40] as [UInt64] {
                    let sent = try sender.send(Vote(height: height), to: .all, priority: .critical)
                    #expect(sent.accepted == [hears.peer])
                }
                var votes = hears.receiver.typed(as: Vote.self).makeAsyncIterator()
                for height in [0, 1, 1 << 40] as [UInt64] {
                    let heard = await votes.next()
                    #expect(heard?.peer == speaks.peer && heard?.value == Vote(height: height))
                }
            }
        }
    }

    @Test func `what does not decode, or goes on behind the value, is dropped and in the books`() async throws
    {
        try await withRuntime { context in
            try await pair(context) { hears, speaks in
                var sender = speaks.sender
                for junk: [UInt8] in [[], [0x80], [1, 2], [0x80, 0x00]] {
                    _ = try sender.send(junk, to: .all)
                }
                _ = try sender.send(Vote(height: 7).encoded, to: .all)
                var votes = hears.receiver.typed(as: Vote.self).makeAsyncIterator()
                #expect(await votes.next()?.value == Vote(height: 7))
                let snapshot = await hears.network.snapshot()
                #expect(snapshot.undelivered.undecodable == 4)
                #expect(snapshot.delivered == 1)
                #expect(snapshot.total.received == 5)
            }
        }
    }

    @Test func `who sends what does not decode is disconnected if the policy says so`() async throws {
        try await withRuntime { context in
            try await pair(context) { hears, speaks in
                let events = await hears.network.oracle.connections
                var sender = speaks.sender
                _ = try sender.send([0x80], to: .all)
                let oracle = hears.network.oracle
                context.spawn("hear", onFailure: .ignore) { _ in
                    for await _ in hears.receiver.typed(as: Vote.self, undecodable: .disconnect(oracle)) {}
                }
                let event = await events.first { $0.isDisconnection(of: speaks.peer) }
                #expect(event == .disconnected(speaks.peer, .requested))
                _ = await events.first { $0.isConnection(of: speaks.peer) }
            }
        }
    }

    @Test func `who sends what does not decode is blocked if the policy says so`() async throws {
        try await withRuntime { context in
            let nodes = try (1...4).map { try TestNode($0, context: context) }
            try await TestNode.mesh(nodes)
            let oracle = nodes[0].network.oracle
            let events = await oracle.connections
            var sender = nodes[1].sender
            _ = try sender.send([0x80], to: .one(nodes[0].peer))
            context.spawn("hear", onFailure: .ignore) { _ in
                let policy = Consequence.block(oracle, for: .seconds(60))
                for await _ in nodes[0].receiver.typed(as: Vote.self, undecodable: policy) {}
            }
            _ = await events.first { $0.isDisconnection(of: nodes[1].peer) }
            #expect(await oracle.peers.filter(\.isBlocked).map(\.peer) == [nodes[1].peer])
        }
    }

    @Test func `a value that is too large is sent to nobody`() async throws {
        struct Blob: WireValue {
            func encode(into writer: inout Writer) { writer.append([UInt8](repeating: 0, count: 2 << 20)) }
            init() {}
            init(from reader: inout Reader) throws(DecodeError) {}
        }
        try await withRuntime { context in
            try await pair(context) { _, speaks in
                var sender = speaks.sender.typed(as: Blob.self)
                #expect(throws: SendError.messageTooLarge(bytes: 2 << 20, limit: 1 << 20)) {
                    try sender.send(Blob(), to: .all)
                }
            }
        }
    }
}
