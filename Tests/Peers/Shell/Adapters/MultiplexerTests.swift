import Conclave
import ConclaveTestNodes
import Testing

@testable import ConclavePeers

@Suite(.timeLimit(.minutes(1))) struct MultiplexerTests {
    private func mesh(_ context: Context, channel: ChannelOptions? = nil) async throws -> [TestNode] {
        let options = [try channel ?? ChannelOptions()]
        let nodes = try (1...2).map { try TestNode($0, context: context, options: options) }
        try await TestNode.mesh(nodes)
        return nodes
    }

    private func hear(
        _ count: Int, of receiver: some MessageReceiver
    ) async -> [[UInt8]] {
        var heard: [[UInt8]] = []
        for await (_, message) in receiver {
            heard.append(Array(message))
            if heard.count == count { break }
        }
        return heard
    }

    @Test func `each sub-channel hears its own messages, in order, with their peer`() async throws {
        try await withRuntime { context in
            let nodes = try await mesh(context)
            let numbers: [UInt64] = [0, 127, 128, .max]
            let ends = nodes.map { Multiplexer($0.sender, $0.receiver) }
            var senders = try numbers.map { try ends[0].register(subchannel: $0).sender }
            let receivers = try numbers.map { try ends[1].register(subchannel: $0).receiver }
            ends[1].start(in: context)
            for round in 0..<10 as Range<UInt8> {
                for place in senders.indices {
                    let sent = try senders[place].send([UInt8(place), round], to: .all)
                    #expect(sent.accepted == [nodes[1].peer])
                }
            }
            for place in receivers.indices {
                let heard = await hear(10, of: receivers[place])
                #expect(heard == (0..<10).map { [UInt8(place), $0] })
            }
            var iterator = receivers[0].makeAsyncIterator()
            _ = try senders[0].send([], to: .all)
            let last = await iterator.next()
            #expect(last?.peer == nodes[0].peer && last?.message.count == 0)
        }
    }

    @Test func `the largest message is the channel's less its number, and a larger one goes to nobody`()
        async throws
    {
        try await withRuntime { context in
            let nodes = try await mesh(context)
            var sender = try Multiplexer(nodes[0].sender, nodes[0].receiver).register(subchannel: 300).sender
            #expect(sender.messageBytesMax == (1 << 20) - 2)
            #expect(throws: SendError.messageTooLarge(bytes: 1 << 20, limit: (1 << 20) - 2)) {
                try sender.send([UInt8](repeating: 0, count: 1 << 20), to: .all)
            }
            let largest = [UInt8](repeating: 0, count: (1 << 20) - 2)
            #expect(try sender.send(largest, to: .all).acceptedCount == 1)
        }
    }

    @Test func `a sub-channel that nobody reads drops its own, and holds up no other`() async throws {
        try await withRuntime { context in
            let nodes = try await mesh(context)
            let here = Multiplexer(nodes[0].sender, nodes[0].receiver)
            let there = Multiplexer(nodes[1].sender, nodes[1].receiver)
            var (deaf, alive) = (
                try here.register(subchannel: 1).sender, try here.register(subchannel: 2).sender
            )
            let unread = try there.register(subchannel: 1, backlog: 10).receiver
            let read = try there.register(subchannel: 2).receiver
            there.start(in: context)
            for number in 0..<50 as Range<UInt8> {
                _ = try deaf.send([number], to: .all)
                _ = try alive.send([number], to: .all)
            }
            let heard = await hear(50, of: read)
            #expect(heard == (0..<50).map { [$0] })
            try await eventually(in: context) {
                await nodes[1].network.snapshot().undelivered.laneFull == 40
            }
            let snapshot = await nodes[1].network.snapshot()
            #expect(snapshot.waiting == 10 && snapshot.delivered == 50)
            #expect(snapshot.heldBytes > 0)
            let kept = await hear(10, of: unread)
            #expect(kept == (0..<10).map { [$0] })
            #expect(await nodes[1].network.snapshot().delivered == 60)
            #expect(await nodes[1].network.snapshot().heldBytes == 0)
        }
    }

    @Test func `a sub-channel that loses nothing waits for its reader`() async throws {
        try await withRuntime { context in
            let nodes = try await mesh(context, channel: ChannelOptions(backlog: 8, overflow: .pauseReading))
            let here = Multiplexer(nodes[0].sender, nodes[0].receiver)
            let there = Multiplexer(nodes[1].sender, nodes[1].receiver)
            let first = try here.register(subchannel: 1).sender
            let receiver = try there.register(subchannel: 1, backlog: 4, overflow: .pauseReading).receiver
            there.start(in: context)
            let to = nodes[1].peer
            context.spawn("send") { _ in
                var sender = first
                for number in 0..<2_000 {
                    let message = [UInt8](repeating: UInt8(truncatingIfNeeded: number), count: 500)
                    while try sender.send(message, to: .one(to)).acceptedCount == 0 {
                        await sender.room(for: to)
                    }
                }
            }
            let heard = await hear(2_000, of: receiver)
            #expect(heard.map(\.first) == (0..<2_000).map { UInt8(truncatingIfNeeded: $0) })
            #expect(await nodes[1].network.snapshot().undelivered == Undelivered())
        }
    }

    @Test func `unknown numbers and headers that are cut are counted, and meet the stated consequence`()
        async throws
    {
        try await withRuntime { context in
            let nodes = try await mesh(context)
            let events = await nodes[1].network.oracle.connections
            let there = Multiplexer(
                nodes[1].sender, nodes[1].receiver, unknown: .disconnect(nodes[1].network.oracle))
            let receiver = try there.register(subchannel: 5).receiver
            there.start(in: context)
            var sender = nodes[0].sender
            for message: [UInt8] in [[5, 1], [6, 1], [], [0x80], [0x85, 0x00], [5, 2]] {
                _ = try sender.send(message, to: .all)
            }
            #expect(await hear(2, of: receiver) == [[1], [2]])
            _ = await events.first { $0.isDisconnection(of: nodes[0].peer) }
            let books = await nodes[1].network.snapshot()
            #expect(books.undelivered.undecodable == 4 && books.delivered == 2)
        }
    }

    @Test func `a number can be registered once, and there is an end to them`() async throws {
        try await withRuntime { context in
            let node = try TestNode(1, context: context)
            let multiplexer = Multiplexer(node.sender, node.receiver)
            let before = node.network.memoryBound(peers: 100).floors
            for number in 0..<UInt64(Multiplexer.subchannelsMax) {
                _ = try multiplexer.register(subchannel: number)
            }
            #expect(throws: ChannelFault.subchannelTaken(3)) { try multiplexer.register(subchannel: 3) }
            #expect(throws: ChannelFault.subchannelTaken(9_999)) {
                try multiplexer.register(subchannel: 9_999)
            }
            #expect(throws: ChannelFault.backlogOutOfRange(0)) {
                try multiplexer.register(subchannel: 9_999, backlog: 0)
            }
            let after = node.network.memoryBound(peers: 100).floors
            #expect(after - before == 100 * Multiplexer.subchannelsMax * (64 << 10))
        }
    }

    @Test func `sub-channels end when the network has shut down, and typed ones are read like any`()
        async throws
    {
        try await withRuntime { context in
            let nodes = try await mesh(context)
            let there = Multiplexer(nodes[1].sender, nodes[1].receiver)
            let receiver = try there.register(subchannel: 1).receiver.typed(as: SocketAddress.self)
            there.start(in: context)
            var sender = try Multiplexer(nodes[0].sender, nodes[0].receiver).register(subchannel: 1).sender
                .typed(as: SocketAddress.self)
            let address = SocketAddress(.loopback, port: 11)
            _ = try sender.send(address, to: .all)
            var values = receiver.makeAsyncIterator()
            #expect(await values.next()?.value == address)
            await nodes[1].network.shutdown(within: .seconds(1))
            #expect(await values.next() == nil)
        }
    }
}
