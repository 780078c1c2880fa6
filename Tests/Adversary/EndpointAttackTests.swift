import Conclave
import ConclaveHTTP
import ConclaveTelemetry
import ConclaveTestNodes
import Testing

/// What those who watch a node must not do to it.
@Suite(.timeLimit(.minutes(1))) struct EndpointAttackTests {
    @Test func `A22 many who ask for the metrics neither stop the node nor make it work`() async throws {
        try await Arena.run { arena in
            let context = arena.context
            var limits = HTTPLimits()
            // One snapshot for the whole test: what is written more than once was written for a client.
            limits.freshness = .seconds(60)
            limits.patience = .seconds(600)
            let written = Metrics().counter("conclave_written_total", "")
            context.metrics.figures(.gauge, "conclave_written", "Written.") {
                written.add()
                return []
            }
            let endpoint = HTTPEndpoint(
                SocketAddress(.loopback, port: 0), limits: limits, showing: arena.node.network,
                of: NodeDescription(key: arena.node.peer, namespace: "TEST", wire: "commonware"),
                context: context)
            try endpoint.start()
            let address = try #require(endpoint.address)
            let answered = Metrics().counter("conclave_answered_total", "")
            let clients = (0..<24).map { number in
                context.spawn("client-\(number)", onFailure: .ignore) { context in
                    for _ in 0..<25 {
                        let intruder = try await Intruder(to: address, in: context)
                        try await intruder.send(Array("GET /metrics HTTP/1.1\r\nHost: h\r\n\r\n".utf8))
                        let status = try await intruder.read(12)
                        if String(decoding: status, as: UTF8.self) == "HTTP/1.1 200" { answered.add() }
                        _ = await intruder.isEnded()
                    }
                }
            }
            for _ in 0..<20 { try await arena.expectHonestLinkUnharmed() }
            for client in clients { await client.ended() }
            #expect(answered.value >= 500)
            #expect(written.value <= 2)
            await endpoint.shutdown()
        }
    }
}
