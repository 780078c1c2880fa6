import Conclave
import ConclaveCodec
import ConclaveCryptography
import ConclavePeersCore
import ConclavePrimitives
import ConclaveRuntime
import ConclaveTelemetry
import ConclaveTestNodes
import ConclaveTransport
import Testing

/// Somebody between two nodes, or a peer itself, who wants an older version or a weaker profile to be spoken.
@Suite(.timeLimit(.minutes(1))) struct DowngradeTests {
    /// Speaks two versions, which are the same but for their number.
    private static let newer = WireChoice(.native, versions: 1...2)

    private static func hello(_ versions: ClosedRange<UInt8>) -> [UInt8] {
        let hello = NativeHello(versions: versions, recordBytes: 65_408, agent: "insider", channels: [])
        return ControlItem.hello(hello).encoded
    }

    @Test func `A48 a link in an older version than both sides speak ends with an alarm`() async throws {
        let lines = LoggedLines()
        try await Arena.run(wire: Self.newer, log: lines.log(.warning)) { arena in
            let session = try await arena.insider.session(in: .native(version: 1))
            try await session.send(session.record(Self.hello(1...2)))
            #expect(await session.intruder.isEnded())
            try await eventually(in: arena.context) {
                lines.all.contains { $0.contains("older version of the wire than both sides speak") }
            }
        }
    }

    @Test func `A48 a peer that has only the older version is spoken to in it`() async throws {
        try await Arena.run(wire: Self.newer) { arena in
            let session = try await arena.insider.session(in: .native(version: 1))
            try await session.send(session.record(Self.hello(1...1)))
            let insider = arena.insider.identity.key.publicKey
            #expect(try await arena.nextEvent() == .connected(insider, .accepted))
        }
    }

    @Test func `A48 a peer that denies the version it dialled in is closed`() async throws {
        try await Arena.run(wire: Self.newer) { arena in
            let session = try await arena.insider.session(in: .native(version: 1))
            try await session.send(session.record(Self.hello(2...2)))
            #expect(await session.intruder.isEnded())
        }
    }

    @Test func `A48 a dial that fails is never tried again in another profile or version`() async throws {
        try await withRuntime { context in
            let listen = SocketAddress(.loopback, port: 0)
            let acceptor = try context.network.listen(on: listen, executor: context.executor)
            let node = try TestNode(1, context: context, wire: Self.newer)
            try node.network.start()
            let peer = try SigningKey(seed: [UInt8](repeating: 9, count: 32)).publicKey
            let member = PeerSet.Member(peer, at: .symmetric(acceptor.address))
            try await node.network.oracle.track(0, PeerSet(primary: [node.member(), member]))
            for _ in 0..<4 {
                let stream = try await acceptor.accept()
                let connection = HandshakeStream(stream, on: context.executor)
                await connection.attach()
                let first = try await connection.read(2)
                #expect(first == [0x21, 2], "the newest version of its own profile, each time")
                stream.close()
            }
            acceptor.close()
        }
    }

    @Test func `A48 who is named in the configuration is dialled as it says, and nobody else`() throws {
        let peers = try [1, 2].map { try SigningKey(seed: [UInt8](repeating: $0, count: 32)).publicKey }
        let choice = WireChoice(.native, exceptions: [peers[0]: .commonware])
        #expect(peers.map { choice.profile(for: $0) } == [.commonware, .native(version: 1)])
    }
}
