import Conclave
import ConclaveCodec
import ConclaveTestNodes
import Testing

/// What the engine's wishes do to live links.
@Suite(.timeLimit(.minutes(1))) struct OracleTests {
    private static func reasons(_ events: Mailbox<ConnectionEvent>, until peer: PeerID) async
        -> [ConnectionEvent]
    {
        var seen: [ConnectionEvent] = []
        for await event in events {
            seen.append(event)
            if event.isDisconnection(of: peer) { break }
        }
        return seen
    }

    /// Events from now on: those that tell of links which are open already are left out.
    private static func news(_ node: TestNode, connected count: Int) async -> Mailbox<ConnectionEvent> {
        let events = await node.network.oracle.connections
        for _ in 0..<count { _ = await events.next() }
        return events
    }

    @Test func `a new set cuts exactly who lost its place, and leaves the others on the same connection`()
        async throws
    {
        try await withRuntime { context in
            var profile = Profile.local
            profile.trackedPeerSets = 1
            let nodes = try (1...4).map { try TestNode($0, context: context, profile: profile) }
            try await TestNode.mesh(nodes)
            let (own, leaves) = (nodes[0], nodes[3])
            let events = await Self.news(own, connected: 3)
            let before = await own.network.snapshot().links
            try await own.network.oracle.track(1, PeerSet(primary: nodes.prefix(3).map { try $0.member() }))
            let seen = await Self.reasons(events, until: leaves.peer)
            #expect(seen == [.disconnected(leaves.peer, .notAuthorised)])

            for node in nodes[1...2] {
                try await own.deliver([1], to: node.peer)
                #expect(await node.hear(1) == [own.peer: [[1]]])
            }
            let after = await own.network.snapshot().links
            #expect(after.map(\.peer) == before.map(\.peer).filter { $0 != leaves.peer })
            for link in after {
                let same = try #require(before.first { $0.peer == link.peer })
                #expect(link.address == same.address && link.direction == same.direction)
                #expect(link.age > same.age)
                #expect(link.tally.writtenBytes > same.tally.writtenBytes)
            }
            #expect(events.poll() == nil)
        }
    }

    @Test func `an update begins with the newest set, and follows`() async throws {
        try await withRuntime { context in
            let node = try TestNode(1, context: context)
            try node.network.start()
            let (first, second) = (try PeerSet(primary: [node.member()]), try PeerSet(primary: []))
            try await node.network.oracle.track(3, first)
            let updates = await node.network.oracle.updates
            try await node.network.oracle.register(4, second)
            let begins = await updates.next(), follows = await updates.next()
            #expect(begins?.index == 3 && begins?.set == first && begins?.tracked == [node.peer])
            #expect(follows?.index == 4 && follows?.set == second && follows?.tracked == [node.peer])
            #expect(await node.network.oracle.peerSet(3) == first)
            await #expect(throws: DirectoryFault.indexNotIncreasing(given: 4, newest: 4)) {
                try await node.network.oracle.track(4, second)
            }
        }
    }

    @Test func `a sequence that nobody holds any more is forgotten`() async throws {
        try await withRuntime { context in
            let node = try TestNode(1, context: context)
            weak let events = await node.network.oracle.connections
            weak let updates = await node.network.oracle.updates
            #expect(events == nil && updates == nil)
        }
    }

    @Test func `a new address closes the link on the old one, and the peer is connected at the new`()
        async throws
    {
        try await withRuntime { context in
            let nodes = try (1...2).map { try TestNode($0, context: context) }
            try await TestNode.mesh(nodes)
            let events = await Self.news(nodes[0], connected: 1)
            let socket = try #require(nodes[1].network.address)
            let moved = PeerAddress.asymmetric(ingress: .socket(socket), egress: .loopback)
            await nodes[0].network.oracle.overwrite([(nodes[1].peer, moved)])
            #expect(await events.next() == .disconnected(nodes[1].peer, .addressChanged))
            #expect(await events.next()?.isConnection(of: nodes[1].peer) == true)
            await nodes[0].network.oracle.overwrite([(nodes[1].peer, moved)])
            #expect(await nodes[0].network.oracle.peers.map(\.address).contains(moved))
            try await nodes[0].deliver([1], to: nodes[1].peer)
            #expect(await nodes[1].hear(1) == [nodes[0].peer: [[1]]])
            #expect(events.poll() == nil)
        }
    }

    @Test func `a blocked peer is cut, and comes back by itself when the block expires`() async throws {
        try await withRuntime { context in
            let nodes = try (1...4).map { try TestNode($0, context: context) }
            try await TestNode.mesh(nodes)
            let events = await Self.news(nodes[0], connected: 3)
            let outcome = await nodes[0].network.oracle.block(nodes[1].peer, for: .milliseconds(300))
            guard case .blocked = outcome else { return #expect(Bool(false), "\(outcome)") }
            #expect(await events.next() == .disconnected(nodes[1].peer, .notAuthorised))
            #expect(await events.next()?.isConnection(of: nodes[1].peer) == true)
        }
    }

    @Test func `two peers that block each other are connected again when both blocks have expired`()
        async throws
    {
        try await withRuntime { context in
            let nodes = try (1...4).map { try TestNode($0, context: context) }
            try await TestNode.mesh(nodes)
            let events = await Self.news(nodes[0], connected: 3)
            for (node, other) in [(nodes[0], nodes[1]), (nodes[1], nodes[0])] {
                await node.network.oracle.block(other.peer, for: .milliseconds(300))
            }
            #expect(await events.next()?.isDisconnection(of: nodes[1].peer) == true)
            #expect(await events.next()?.isConnection(of: nodes[1].peer) == true)
        }
    }

    @Test func `blocking a third or more takes no effect, nor does blocking oneself or twice`() async throws {
        try await withRuntime { context in
            let nodes = try (1...4).map { try TestNode($0, context: context) }
            try await TestNode.mesh(nodes)
            let oracle = nodes[0].network.oracle
            let events = await Self.news(nodes[0], connected: 3)
            #expect(await oracle.block(nodes[0].peer) == .unchanged)
            _ = await oracle.block(nodes[1].peer)
            #expect(await events.next() == .disconnected(nodes[1].peer, .notAuthorised))
            #expect(await oracle.block(nodes[1].peer) == .unchanged)
            let outcome = await oracle.block(nodes[2].peer)
            guard case .aboveShare = outcome else { return #expect(Bool(false), "\(outcome)") }
            for node in nodes[2...3] {
                try await nodes[0].deliver([1], to: node.peer)
                #expect(await node.hear(1) == [nodes[0].peer: [[1]]])
            }
            #expect(events.poll() == nil)
            #expect(await oracle.peers.filter(\.isBlocked).map(\.peer) == [nodes[1].peer])
        }
    }

    @Test func `a secondary peer is accepted and hears broadcasts, and is never dialled`() async throws {
        try await withRuntime { context in
            let nodes = try (1...2).map { try TestNode($0, context: context) }
            for node in nodes { try node.network.start() }
            let (drives, follows) = (nodes[0], nodes[1])
            let events = await drives.network.oracle.connections
            try await drives.network.oracle.track(
                0, PeerSet(primary: [drives.member()], secondary: [follows.member()]))
            try await follows.network.oracle.track(0, PeerSet(primary: [drives.member()]))
            #expect(await events.next() == .connected(follows.peer, .accepted))
            var sender = drives.sender
            #expect(try sender.send([7], to: .all).acceptedCount == 1)
            #expect(await follows.hear(1) == [drives.peer: [[7]]])

            // Cut, it is missing; but only the other side dials again.
            await drives.network.oracle.disconnect(follows.peer)
            #expect(await events.next() == .disconnected(follows.peer, .requested))
            #expect(await events.next() == .connected(follows.peer, .accepted))
            #expect(await drives.network.snapshot().dials.isEmpty)
            #expect(
                await drives.network.oracle.peers.map(\.role)
                    == [.primary, .secondary].sorted {
                        _, _ in drives.peer > follows.peer
                    })
        }
    }

    @Test func `the oracle needs nothing of the network: it works before the start and after the end`()
        async throws
    {
        try await withRuntime { context in
            let node = try TestNode(1, context: context), other = try TestNode(2, context: context)
            try other.network.start()
            let oracle = node.network.oracle
            let updates = await oracle.updates
            try await oracle.track(0, PeerSet(primary: [other.member()]))
            #expect(await updates.next()?.index == 0)
            guard case .aboveShare = await oracle.block(other.peer) else { return #expect(Bool(false)) }
            #expect(await oracle.blocks == BlockCounts(inForce: 0, waiting: 1, refused: 1))
            await oracle.disconnect(other.peer)
            await oracle.overwrite([(other.peer, .symmetric(SocketAddress(.loopback, port: 9)))])
            #expect(await oracle.peers.map(\.peer) == [other.peer])
            await node.network.shutdown(within: .zero)
            try await oracle.track(1, PeerSet(primary: []))
            #expect(await oracle.peerSet(1) != nil)
            #expect(await updates.next() == nil)
        }
    }

    @Test func `a peer that is disconnected comes back at once`() async throws {
        try await withRuntime { context in
            let nodes = try (1...2).map { try TestNode($0, context: context) }
            try await TestNode.mesh(nodes)
            let events = await Self.news(nodes[0], connected: 1)
            await nodes[0].network.oracle.disconnect(nodes[1].peer)
            #expect(await events.next() == .disconnected(nodes[1].peer, .requested))
            #expect(await events.next()?.isConnection(of: nodes[1].peer) == true)
        }
    }
}
