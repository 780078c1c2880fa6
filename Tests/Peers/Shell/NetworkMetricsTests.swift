import Conclave
import ConclaveTelemetry
import ConclaveTestNodes
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
            let node = try TestNode(1, context: context)
            _ = await node.network.snapshot()
            let text = node.scope.metrics.text()
            let values = text.matches(of: /(?:reason|outcome)="([^"]*)"/).map { String($0.output.1) }
            #expect(values.count > 20)
            for value in values { #expect(Self.page.contains("`\(value)`"), "\(value)") }
        }
    }

    @Test func `the figures are those of the last snapshot`() async throws {
        try await withRuntime { context in
            let nodes = try (1...3).map { try TestNode($0, context: context) }
            try await TestNode.mesh(nodes)
            try await nodes[0].deliver([1, 2, 3], to: nodes[1].peer)
            _ = await nodes[1].hear(1)
            _ = await nodes[0].network.oracle.block(nodes[2].peer)
            // The three share a registry, and the last one made shows its figures.
            _ = await nodes[2].network.snapshot()
            let text = context.metrics.text()
            #expect(text.contains("\nconclave_peers_tracked 2\n"))
            #expect(text.contains("conclave_dial_attempts_total{outcome=\"handshake_failed\"} 0\n"))
        }
    }
}
