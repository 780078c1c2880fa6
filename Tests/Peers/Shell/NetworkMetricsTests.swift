import Conclave
import ConclavePrimitives
import ConclaveTelemetry
import ConclaveTestNodes
import ConclaveTransport
import Glibc
import Testing

@Suite(.timeLimit(.minutes(1))) struct NetworkMetricsTests {
    /// `Docs/Metrics.md`, which lists every figure.
    static let page: String = {
        let root = #filePath.split(separator: "/").dropLast(4).reduce("") { $0 + "/" + $1 }
        guard let file = unsafe fopen(root + "/Docs/Metrics.md", "r") else { return "" }
        defer { unsafe fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 1 << 20)
        let count = unsafe fread(&bytes, 1, bytes.count, file)
        return String(decoding: bytes.prefix(count), as: UTF8.self)
    }()

    @Test func `the page lists every figure of a node, and no other`() async throws {
        try await withRuntime { context in
            let node = try TestNode(1, context: context)
            let rows = node.scope.metrics.catalogue.map { figure in
                let labels = figure.keys.map { "`\($0)`" }.joined(separator: ", ")
                return "| `\(figure.name)` | \(figure.kind.rawValue) | \(labels) | \(figure.help) |"
            }
            let listed = Self.page.split(separator: "\n").filter { $0.hasPrefix("| `conclave_") }.map(
                String.init)
            #expect(listed == rows)
        }
    }

    @Test func `the page lists every value that a reason and an outcome can have`() async throws {
        try await withRuntime { context in
            let nodes = [try TestNode(2, context: context), try TestNode(1, context: context)]
            try await TestNode.mesh(nodes)
            let node = nodes[1]
            _ = await node.network.snapshot()
            let text = node.scope.metrics.text()
            #expect(text.contains("direction=\"sent\""))
            let values = text.matches(of: /(?:reason|outcome|direction)=.([a-z_]+)/).map {
                String($0.output.1)
            }
            #expect(values.count > 20)
            for value in values { #expect(Self.page.contains("`\(value)`"), "\(value)") }
        }
    }

    @Test func `the page states the buckets of the wait`() {
        let bounds = QueueWait.bounds.map { "\($0.inSeconds)" }.joined(separator: ", ")
        #expect(Self.page.contains("`\(bounds)`"), "\(bounds)")
    }

    @Test func `the figures are those of the last snapshot`() async throws {
        try await withRuntime { context in
            let channels = [try ChannelOptions(backlog: 2), try ChannelOptions()]
            // The three share a registry, and the last one made shows its figures.
            let nodes = try [3, 2, 1].map { try TestNode($0, context: context, options: channels) }
            let (node, peer) = (nodes[2], nodes[1].peer)
            try await TestNode.mesh(nodes)
            try await node.deliver([1, 2, 3], to: peer, on: 1)
            try await nodes[1].deliver([1], to: node.peer, on: 1)
            _ = await node.hear(1, on: 1)
            for _ in 0..<5 { try await nodes[1].deliver([4, 5], to: node.peer) }
            let stranger = try SigningKey(seed: [UInt8](repeating: 99, count: 32)).publicKey
            var sender = node.sender
            _ = try sender.send([1], to: .one(stranger))
            try await eventually(in: context) { await node.network.snapshot().total.received == 6 }
            try await eventually(in: context) { await node.network.snapshot().total.written == 1 }
            let text = context.metrics.text()
            for line in [
                "conclave_connections 2", "conclave_peers_tracked 2",
                "conclave_dial_attempts_total{outcome=\"handshake_failed\"} 0",
                "conclave_messages_sent_total{peer=\"\(peer)\",channel=\"0\"} 0",
                "conclave_messages_sent_total{peer=\"\(peer)\",channel=\"1\"} 1",
                "conclave_messages_received_total{peer=\"\(peer)\",channel=\"0\"} 5",
                "conclave_messages_bytes_total{peer=\"\(peer)\",channel=\"1\",direction=\"sent\"} 3",
                "conclave_messages_bytes_total{peer=\"\(peer)\",channel=\"0\",direction=\"received\"} 10",
                "conclave_messages_delivered_total 1", "conclave_inbox_messages 2",
                "conclave_messages_undelivered_total{reason=\"lane_full\"} 3",
                "conclave_messages_undelivered_total{reason=\"not_connected\"} 1",
                "conclave_messages_undelivered_total{reason=\"queue_full\"} 0",
                "conclave_queue_messages 0", "conclave_queue_wait_seconds_count 1",
                "conclave_queue_wait_seconds_bucket{le=\"+Inf\"} 1",
                "conclave_memory_budget_limit_bytes \(Profile.local.memoryBudget)",
                "conclave_memory_budget_used_bytes 0", "conclave_peers_blocked 0",
            ] {
                #expect(text.contains("\n\(line)\n"), "\(line)")
            }
        }
    }

    @Test func `blocks are told: those in force, those that wait, and how often there was no room`()
        async throws
    {
        try await withRuntime { context in
            let nodes = try (1...4).reversed().map { try TestNode($0, context: context) }
            try await TestNode.mesh(nodes)
            let oracle = nodes[3].network.oracle
            for node in nodes[..<2] { await oracle.block(node.peer) }
            try await eventually(in: context) { await nodes[3].network.snapshot().links.count == 2 }
            let text = context.metrics.text()
            for line in [
                "conclave_connections 2", "conclave_peers_blocked 1", "conclave_peer_blocks_waiting 1",
                "conclave_peer_blocks_refused_total 1",
            ] {
                #expect(text.contains("\n\(line)\n"), "\(line)")
            }
        }
    }

    @Test func `a figure that counts never falls when a link ends`() async throws {
        try await withRuntime { context in
            let nodes = try (1...2).map { try TestNode($0, context: context) }
            try await TestNode.mesh(nodes)
            let (network, other) = (nodes[0].network, nodes[1].peer)
            for _ in 0..<20 { try await nodes[0].deliver([1], to: other) }
            try await eventually(in: context) { await network.snapshot().total.written == 20 }
            await network.oracle.disconnect(other)
            var last = await network.snapshot()
            repeat {
                last = await network.snapshot()
                #expect(last.queueWait.count == 20 && last.total.accepted == 20)
            } while !last.links.isEmpty
        }
    }
}
