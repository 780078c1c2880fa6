import Conclave
import ConclaveCodec
import ConclaveTestNodes
import Testing

/// Whole nodes on loopback sockets. A sanitizer on a loaded machine takes more than a minute for them.
@Suite(.timeLimit(.minutes(3))) struct PeerNetworkTests {
    @Test func `an engine embeds the network in a few lines`() async throws {
        try await withRuntime { context in
            let friend = try TestNode(1, context: context, namespace: "CHAT", maxMessageBytes: 65_536)
            try friend.network.start()
            let key = try SigningKey(seed: [UInt8](repeating: 2, count: 32))
            let configuration = try Configuration(
                profile: .local, namespace: "CHAT", maxMessageBytes: 65_536,
                listen: SocketAddress(.loopback, port: 0))
            let network = PeerNetwork(configuration, key: key, context: context)
            var (sender, receiver) = try network.register(channel: 0, options: ChannelOptions())
            try network.start()
            let own = PeerAddress.symmetric(try #require(network.address))
            let friends = try PeerSet(primary: [friend.member(), PeerSet.Member(key.publicKey, at: own)])
            try await network.oracle.track(0, friends)
            try await friend.network.oracle.track(0, friends)

            for await event in await network.oracle.connections {
                guard case .connected(let peer, _) = event else { continue }
                let sent = try sender.send(Array("hello".utf8), to: .one(peer))
                #expect(sent.accepted == [peer])
                break
            }
            try await friend.deliver(Array("welcome".utf8), to: key.publicKey)
            for await (peer, message) in receiver {
                #expect(peer == friend.peer && Array(message) == Array("welcome".utf8))
                break
            }
            await network.shutdown(within: .seconds(2))
            #expect(await friend.hear(1) == [key.publicKey: [Array("hello".utf8)]])
        }
    }

    // MARK: Messages

    @Test func `four nodes form a mesh, and broadcasts reach all in order`() async throws {
        try await withRuntime { context in
            let nodes = try (1...4).map { try TestNode($0, context: context) }
            try await TestNode.mesh(nodes)
            let messages = (0..<200).map { [UInt8($0)] }
            for message in messages {
                for node in nodes {
                    var sender = node.sender
                    #expect(try sender.send(message, to: .all).acceptedCount == 3)
                }
            }
            for node in nodes {
                let heard = await node.hear(3 * messages.count)
                #expect(Set(heard.keys) == Set(nodes.map(\.peer)).subtracting([node.peer]))
                #expect(heard.values.allSatisfy { $0 == messages })
            }
        }
    }

    @Test func `a connected peer takes no task`() async throws {
        try await withRuntime { context in
            let nodes = try (1...5).map { try TestNode($0, context: context) }, alone = nodes[4]
            try alone.network.start()
            try await TestNode.mesh(Array(nodes[..<4]))
            // Those of handshakes end a moment later.
            for node in nodes {
                try await eventually(in: context) { node.scope.liveTasks == alone.scope.liveTasks }
            }
            #expect(await nodes[0].network.snapshot().links.count == 3)
        }
    }

    @Test func `large messages and many small ones go both ways at once, and none is lost`() async throws {
        try await withRuntime { context in
            let lossless = [try ChannelOptions(backlog: 256, overflow: .pauseReading)]
            let nodes = try (1...2).map { try TestNode($0, context: context, options: lossless) }
            try await TestNode.mesh(nodes)
            let sizes = (0..<600).map { $0 % 200 == 0 ? 1 << 20 : $0 % 300 }
            for (node, other) in [(nodes[0], nodes[1]), (nodes[1], nodes[0])] {
                context.spawn("send") { _ in
                    for (number, size) in sizes.enumerated() {
                        let message = [UInt8](repeating: UInt8(truncatingIfNeeded: number), count: size)
                        try await node.deliver(message, to: other.peer)
                    }
                }
            }
            for (node, other) in [(nodes[0], nodes[1]), (nodes[1], nodes[0])] {
                let heard = await node.hear(sizes.count)[other.peer] ?? []
                let cameWhole = heard.map(\.count) == sizes
                #expect(cameWhole, "\(heard.count) messages of \(sizes.count)")
                let isIntact = heard.enumerated().allSatisfy { number, message in
                    message.allSatisfy { $0 == UInt8(truncatingIfNeeded: number) }
                }
                #expect(isIntact)
            }
        }
    }

    // MARK: Links that end and come back

    @Test func `a node that dies without a word and comes back on its port is connected again`() async throws
    {
        try await withRuntime { context in
            let stays = [try TestNode(1, context: context), try TestNode(2, context: context)]
            let dies = try TestNode(3, context: context)
            try await TestNode.mesh(stays + [dies])
            let members = try (stays + [dies]).map { try $0.member() }
            let port = try #require(dies.network.address).port
            var events: [Mailbox<ConnectionEvent>] = []
            for node in stays { events.append(await node.network.oracle.connections) }

            await dies.scope.shutdown()
            for events in events { _ = await events.first { $0.isDisconnection(of: dies.peer) } }
            let again = try TestNode(3, context: context, port: port)
            try again.network.start()
            try await again.network.oracle.track(0, PeerSet(primary: members))
            for events in events { _ = await events.first { $0.isConnection(of: dies.peer) } }
            await again.connected(to: 2)

            var sender = again.sender
            #expect(try sender.send([9], to: .all).acceptedCount == 2)
            for node in stays { #expect(await node.hear(1) == [dies.peer: [[9]]]) }
            for node in stays {
                #expect(await node.network.snapshot().dials.reduce(0) { $0 + $1.count } < 100)
            }
        }
    }

    @Test func `two nodes of different namespaces never connect, and each is counted`() async throws {
        try await withRuntime { context in
            let one = try TestNode(1, context: context, namespace: "ONE")
            let other = try TestNode(2, context: context, namespace: "OTHER")
            try await TestNode.start([one, other])
            for node in [one, other] {
                try await eventually(in: context) {
                    await node.network.snapshot().refusals["bad_signature", default: 0] >= 2
                }
                #expect(await node.network.snapshot().links.isEmpty)
            }
        }
    }

    @Test func `a secondary peer is not dialled, but accepted, and hears broadcasts`() async throws {
        try await withRuntime { context in
            let leads = try TestNode(1, context: context), follows = try TestNode(2, context: context)
            for node in [leads, follows] { try node.network.start() }
            let events = await leads.network.oracle.connections
            let set = try PeerSet(primary: [leads.member()], secondary: [follows.member()])
            try await leads.network.oracle.track(0, set)
            try await follows.network.oracle.track(0, set)
            let first = await events.next()
            #expect(first == .connected(follows.peer, .accepted))
            var sender = leads.sender
            #expect(try sender.send([5], to: .all).accepted == [follows.peer])
            #expect(await follows.hear(1) == [leads.peer: [[5]]])
            #expect(await leads.network.snapshot().dials.isEmpty)
        }
    }

    // MARK: Start

    @Test func `a port that is taken is named, nothing is left, and the same network can start later`()
        async throws
    {
        try await withRuntime { context in
            let first = try TestNode(1, context: context)
            try first.network.start()
            let address = try #require(first.network.address)
            let second = try TestNode(2, context: context, port: address.port)
            #expect(throws: HostFailure.addressInUse(address)) { try second.network.start() }
            #expect(second.network.address == nil)
            #expect(second.scope.liveTasks == 0)
            await first.network.shutdown(within: .seconds(1))
            try second.network.start()
            #expect(second.network.address == address)
        }
    }

    @Test func `a channel cannot be added to a network that runs`() async throws {
        try await withRuntime { context in
            let node = try TestNode(1, context: context)
            try node.network.start()
            #expect(throws: ChannelFault.startedAlready) {
                try node.network.register(channel: 9, options: ChannelOptions())
            }
        }
    }

    // MARK: Shutdown

    @Test func `what was accepted before a shutdown arrives`() async throws {
        try await withRuntime { context in
            let nodes = try (1...2).map { try TestNode($0, context: context) }
            try await TestNode.mesh(nodes)
            let messages = (0..<1_000).map { [UInt8](repeating: UInt8(truncatingIfNeeded: $0), count: 100) }
            var sender = nodes[0].sender
            for message in messages { #expect(try sender.send(message, to: .all).acceptedCount == 1) }
            await nodes[0].network.shutdown(within: .seconds(30))
            #expect(await nodes[1].hear(1_000) == [nodes[0].peer: messages])
            let books = await nodes[0].network.snapshot().total
            #expect((books.accepted, books.written, books.cut) == (1_000, 1_000, 0))
        }
    }

    @Test func `after a shutdown no task and no socket is left, and what had arrived can be read`()
        async throws
    {
        try await withRuntime { context in
            let nodes = try (1...3).map { try TestNode($0, context: context) }
            try await TestNode.mesh(nodes)
            let ports = try nodes.map { try #require($0.network.address).port }
            let held = ports.reduce(into: Set()) { $0.formUnion(sockets(onPort: $1)) }
            #expect(held.count >= 3 + 2 * 3, "three that listen, and both ends of three links")
            var sender = nodes[0].sender
            _ = try sender.send([1], to: .all)
            try await eventually(in: context) { await nodes[1].network.snapshot().waiting == 1 }
            for node in nodes {
                await node.network.shutdown(within: .seconds(1))
                #expect(node.scope.liveTasks == 0)
            }
            #expect(sockets().isDisjoint(with: held))
            #expect(await nodes[1].hear(2) == [nodes[0].peer: [[1]]])
        }
    }

    @Test func `after a shutdown sends find nobody, sequences end, and a second one does nothing`()
        async throws
    {
        try await withRuntime { context in
            let nodes = try (1...2).map { try TestNode($0, context: context) }
            try await TestNode.mesh(nodes)
            let (events, updates) = (
                await nodes[0].network.oracle.connections, await nodes[0].network.oracle.updates
            )
            await nodes[0].network.shutdown(within: .seconds(1))
            await nodes[0].network.shutdown(within: .seconds(1))
            var sender = nodes[0].sender
            #expect(try sender.send([1], to: .one(nodes[1].peer)).refused.map(\.reason) == [.notConnected])
            #expect(await events.first { $0.isDisconnection(of: nodes[1].peer) } != nil)
            #expect(await events.next() == nil)
            _ = await updates.next()
            #expect(await updates.next() == nil)
        }
    }

    @Test func `a shutdown does not wait longer than its patience for a peer that hears nothing`()
        async throws
    {
        try await withRuntime { context in
            let lossless = [try ChannelOptions(backlog: 1, overflow: .pauseReading)]
            let nodes = try (1...2).map { try TestNode($0, context: context, options: lossless) }
            try await TestNode.mesh(nodes)
            var sender = nodes[0].sender
            let page = [UInt8](repeating: 1, count: 1 << 20)
            for _ in 0..<15 { _ = try sender.send(page, to: .all) }
            try await eventually(in: context) { await nodes[1].network.snapshot().waiting > 0 }
            await nodes[0].network.shutdown(within: .milliseconds(50))
            #expect(nodes[0].scope.liveTasks == 0)
            let books = await nodes[0].network.snapshot().total
            #expect(books.accepted == books.written + books.cut)
            #expect(books.cut > 0)
        }
    }
}
