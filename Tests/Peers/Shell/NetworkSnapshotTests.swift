import Conclave
import ConclaveTestNodes
import Testing

/// Every message is somewhere: accepted = written + cut + queued, received = delivered + waiting + dropped.
@Suite(.timeLimit(.minutes(1))) struct NetworkSnapshotTests {
    private static func expectBalanced(_ snapshot: NetworkSnapshot) {
        let total = snapshot.total
        #expect(total.accepted == total.written + total.cut + UInt64(snapshot.queuedMessages))
        #expect(total.received == total.queued + total.laneFull + total.overBudget)
        #expect(total.channels.reduce(0) { $0 + $1.sent } == total.accepted)
        #expect(total.channels.reduce(0) { $0 + $1.received } == total.received)
        #expect(snapshot.traffic.reduce(0) { $0 + $1.channels.reduce(0) { $0 + $1.sent } } == total.accepted)
        #expect(total.queueWait.count >= total.written)
        #expect(total.queued == snapshot.delivered + UInt64(snapshot.waiting))
    }

    @Test func `the books balance while messages wait, are dropped, are read, and after the end`()
        async throws
    {
        try await withRuntime { context in
            let small = [try ChannelOptions(backlog: 10)]
            let nodes = try (1...3).map { try TestNode($0, context: context, options: small) }
            try await TestNode.mesh(nodes)
            var sender = nodes[0].sender
            for number in 0..<300 { _ = try sender.send([UInt8(number & 0xFF)], to: .all) }
            for node in nodes[1...] {
                try await eventually(in: context) { await node.network.snapshot().total.received == 300 }
                Self.expectBalanced(await node.network.snapshot())
                #expect(await node.network.snapshot().total.laneFull == 290)
                #expect(await node.hear(10)[nodes[0].peer]?.count == 10)
                Self.expectBalanced(await node.network.snapshot())
                #expect(await node.network.snapshot().delivered == 10)
            }
            let sent = await nodes[0].network.snapshot()
            Self.expectBalanced(sent)
            #expect(sent.total.accepted == 600 && sent.total.written == 600)

            for node in nodes { await node.network.shutdown(within: .seconds(5)) }
            for node in nodes { Self.expectBalanced(await node.network.snapshot()) }
            #expect(await nodes[0].network.snapshot().total.accepted == 600)
            #expect(await nodes[1].network.snapshot().total.received == 300)
        }
    }

    @Test func `what a link could not write is counted as cut`() async throws {
        try await withRuntime { context in
            let paused = [try ChannelOptions(backlog: 1, overflow: .pauseReading)]
            let nodes = try (1...2).map { try TestNode($0, context: context, options: paused) }
            try await TestNode.mesh(nodes)
            let events = await nodes[0].network.oracle.connections
            var sender = nodes[0].sender
            let page = [UInt8](repeating: 1, count: 1 << 20)
            for _ in 0..<15 { _ = try sender.send(page, to: .all) }
            try await eventually(in: context) { await nodes[1].network.snapshot().waiting > 0 }
            Self.expectBalanced(await nodes[0].network.snapshot())
            await nodes[0].network.oracle.disconnect(nodes[1].peer)
            _ = await events.first { $0.isDisconnection(of: nodes[1].peer) }
            try await eventually(in: context) { await nodes[0].network.snapshot().queuedMessages == 0 }
            let total = await nodes[0].network.snapshot().total
            #expect(total.cut > 0)
            #expect(total.accepted == total.written + total.cut)
        }
    }

    @Test func `what was not delivered stands under its reason, each message once`() async throws {
        try await withRuntime { context in
            let channels = [
                try ChannelOptions(backlog: 10), try ChannelOptions(messagesPerSecond: 1),
                try ChannelOptions(bytesPerSecond: 100),
            ]
            let nodes = try (1...2).map { try TestNode($0, context: context, options: channels) }
            try await TestNode.mesh(nodes)
            let stranger = try SigningKey(seed: [UInt8](repeating: 99, count: 32)).publicKey
            var senders = nodes[0].senders
            for _ in 0..<15 { _ = try senders[0].send([1], to: .some([nodes[1].peer, stranger])) }
            for _ in 0..<3 { _ = try senders[1].send([1], to: .all) }
            let largest = [UInt8](repeating: 1, count: 1 << 20)
            for _ in 0..<3 { _ = try senders[2].send(largest, to: .all) }
            try await eventually(in: context) {
                await nodes[1].network.snapshot().total.received == 15 + 1 + 1
            }
            let (sent, heard) = (await nodes[0].network.snapshot(), await nodes[1].network.snapshot())
            Self.expectBalanced(sent)
            Self.expectBalanced(heard)
            #expect(sent.offered == 30 + 3 + 3)
            let reasons = sent.undelivered.byReason.filter { $0.count > 0 }
            #expect(reasons.map(\.reason) == ["limited", "not_connected"])
            #expect(reasons.map(\.count) == [2 + 2, 15])
            #expect(heard.undelivered.byReason.filter { $0.count > 0 }.map(\.count) == [5])
            #expect(heard.undelivered.laneFull == 5)
            let traffic = try #require(heard.traffic.first { $0.peer == nodes[0].peer })
            #expect(traffic.channels.map(\.received) == [15, 1, 1])
            #expect(traffic.channels.map(\.receivedBytes) == [15, 1, 1 << 20])
            #expect(sent.traffic.map { $0.channels.map(\.sentBytes) } == [[15, 1, 1 << 20]])
        }
    }

    @Test func `what went to a peer is kept over its links, and forgotten with its place in the sets`()
        async throws
    {
        try await withRuntime { context in
            let nodes = try (1...2).map { try TestNode($0, context: context) }
            try await TestNode.mesh(nodes)
            let (oracle, other) = (nodes[0].network.oracle, nodes[1].peer)
            let events = await oracle.connections
            try await nodes[0].deliver([1, 2], to: other)
            #expect(await nodes[1].hear(1)[nodes[0].peer]?.count == 1)
            await oracle.disconnect(other)
            _ = await events.first { $0.isDisconnection(of: other) }
            _ = await events.first { $0.isConnection(of: other) }
            try await nodes[0].deliver([3], to: other)
            let traffic = await nodes[0].network.snapshot().traffic
            #expect(traffic.map(\.peer) == [other])
            #expect(traffic.first?.channels.map(\.sentBytes) == [3])

            for index in 1...4 as ClosedRange<UInt64> {
                try await oracle.track(index, PeerSet(primary: [nodes[0].member()]))
            }
            _ = await events.first { $0.isDisconnection(of: other) }
            try await oracle.track(5, PeerSet(primary: [nodes[0].member()]))
            #expect(await nodes[0].network.snapshot().traffic.isEmpty)
            #expect(await nodes[0].network.snapshot().total.accepted == 2)
            var sender = nodes[0].sender
            #expect(try sender.send([1], to: .one(other)).refused.map(\.reason) == [.unknown])
        }
    }

    @Test func `links are told with their peer, address, direction and age`() async throws {
        try await withRuntime { context in
            let nodes = try (1...2).map { try TestNode($0, context: context) }
            try await TestNode.mesh(nodes)
            let one = try #require(await nodes[0].network.snapshot().links.first)
            let other = try #require(await nodes[1].network.snapshot().links.first)
            #expect(one.peer == nodes[1].peer && other.peer == nodes[0].peer)
            #expect(one.direction != other.direction)
            #expect(one.age > .zero && other.age > .zero)
            let dialed = one.direction == .dialed ? one : other
            let listening = one.direction == .dialed ? nodes[1] : nodes[0]
            #expect(dialed.address == listening.network.address)
        }
    }
}
