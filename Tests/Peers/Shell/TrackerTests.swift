import Conclave
import ConclaveCodec
import ConclaveTelemetry
import ConclaveTestNodes
import ConclaveTestSockets
import Testing

@testable import ConclavePeers

/// What operators read of connections.
@Suite(.timeLimit(.minutes(1))) struct TrackerTests {
    /// Lines that say `message`, without their time.
    static func lines(_ lines: LoggedLines, saying message: String) -> [String] {
        lines.all.filter { $0.contains("\"message\":\"\(message)\"") }.map { line in
            String(line.drop { $0 != "," }.dropFirst())
        }
    }

    @Test func `links that open and close, sets and blocks are told, each on a line`() async throws {
        let lines = LoggedLines()
        try await withRuntime(log: lines.log(.info)) { context in
            let nodes = try (1...4).map { try TestNode($0, context: context) }
            try await TestNode.mesh(nodes)
            let oracle = nodes[0].network.oracle
            let events = await oracle.connections
            await oracle.block(nodes[1].peer, for: .seconds(60))
            _ = await events.first { $0.isDisconnection(of: nodes[1].peer) }
            await oracle.block(nodes[2].peer, for: .seconds(60))
            let peers = nodes.map(\.peer)
            func said(_ message: String) -> [String] { Self.lines(lines, saying: message) }
            let closed = #""message":"disconnected","peer":"\#(peers[1])","reason":"not_authorised"}"#
            try await eventually(in: context) { said("disconnected").contains { $0.hasSuffix(closed) } }

            #expect(said("listening").count == 4)
            let own = #""level":"info","scope":"test/body/node-1/peers"#
            #expect(
                said("peer set tracked").first
                    == own
                    + #"/tracker","message":"peer set tracked","index":"0","primary":4,"secondary":0}"#)
            let opened = said("connected").filter { $0.hasPrefix(own) }
            for peer in peers[1...] { #expect(opened.contains { $0.contains("\"peer\":\"\(peer)\"") }) }
            #expect(
                said("blocked") == [
                    own + #"/tracker","message":"blocked","peer":"\#(peers[1])","seconds":60.0}"#
                ])
            #expect(
                Self.lines(lines, saying: "a block has to wait: a third of a set's weight would be blocked")
                    .count == 1)
        }
    }

    @Test func `whatever is logged is one object a line, and nothing of it is secret`() async throws {
        let lines = LoggedLines()
        let payload = [UInt8]("attack at dawn".utf8)
        let stranger = #","ip":"127.0.0.1","reason":"unauthorised"}"#
        try await withRuntime(log: lines.log(.trace)) { context in
            let nodes = try (1...2).map { try TestNode($0, context: context) }
            try await TestNode.mesh(nodes)
            let other = try TestNode(3, context: context)
            try other.network.start()
            // A stranger here, who is refused.
            try await other.network.oracle.track(0, PeerSet(primary: [nodes[0].member()]))
            try await nodes[0].deliver(payload, to: nodes[1].peer)
            _ = await nodes[1].hear(1)
            try await eventually(in: context) {
                Self.lines(lines, saying: "handshake refused").contains { $0.hasSuffix(stranger) }
                    && !Self.lines(lines, saying: "dialed").isEmpty
            }
            for node in nodes { await node.network.shutdown(within: .seconds(1)) }
        }
        #expect(lines.all.count > 10)
        let refused = Self.lines(lines, saying: "handshake refused")
        #expect(refused.allSatisfy { $0.hasPrefix(#""level":"debug","#) })
        for line in lines.all {
            #expect(line.hasPrefix("{\"time\":") && line.hasSuffix("}") && !line.contains("\n"), "\(line)")
            for number in 1...3 as ClosedRange<UInt8> {
                #expect(!line.contains(Hex.text([UInt8](repeating: number, count: 32))), "\(line)")
            }
            #expect(!line.contains("attack at dawn") && !line.contains(Hex.text(payload)), "\(line)")
        }
    }

    @Test func `what is blocked after the end sets no alarm`() throws {
        let world = try LinkWorld(options: [])
        world.tracker.assumeIsolated { tracker in
            _ = tracker.block(peer(7), for: .seconds(60))
            #expect(world.executor.alarms.count == 1)
            tracker.closeListeners()
            _ = tracker.block(peer(8), for: .seconds(60))
        }
        #expect(world.executor.alarms.isEmpty)
    }
}
