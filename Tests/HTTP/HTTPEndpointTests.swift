import Conclave
import ConclaveCodec
import ConclaveHTTP
import ConclavePrimitives
import ConclaveTestNodes
import Glibc
import Testing

@Suite(.timeLimit(.minutes(1)), .serialized) struct HTTPEndpointTests {
    static func endpoint(
        of node: TestNode, at address: SocketAddress = SocketAddress(.loopback, port: 0),
        reach: HTTPReach = .loopback, limits: HTTPLimits = HTTPLimits()
    ) -> HTTPEndpoint {
        HTTPEndpoint(
            address, reach: reach, limits: limits, showing: node.network,
            of: NodeDescription(key: node.peer, namespace: "TEST", wire: "commonware"), context: node.scope)
    }

    /// Waits until the first snapshot is shown.
    static func ready(_ endpoint: HTTPEndpoint, in context: Context) async throws -> SocketAddress {
        let address = try #require(endpoint.address)
        try await eventually(in: context) {
            try await Client.ask("GET /peers", at: address, in: context).status == "200"
        }
        return address
    }

    @Test func `every page says what it is for`() async throws {
        try await withRuntime { context in
            let nodes = try (1...3).map { try TestNode($0, context: context) }
            try await TestNode.mesh(nodes)
            // The nodes share a registry, and the one made last shows its figures there.
            let own = nodes[2]
            let endpoint = Self.endpoint(of: own)
            try endpoint.start()
            let address = try await Self.ready(endpoint, in: context)

            let health = try await Client.ask("GET /health", at: address, in: context)
            #expect(health == ("200", "{\"healthy\":true,\"reasons\":[]}\n"))
            let peers = try await Client.ask("GET /peers", at: address, in: context).body
            #expect(!peers.contains("\(own.peer)"))
            for node in nodes[..<2] {
                let start = "{\"key\":\"\(node.peer)\",\"state\":\"connected\",\"role\":\"primary\""
                #expect(peers.contains(start))
            }
            let metrics = try await Client.ask("GET /metrics", at: address, in: context).body
            #expect(metrics.contains("\nconclave_connections 2\n"))
            let version = try await Client.ask("GET /version", at: address, in: context).body
            #expect(version.contains("\"publicKey\":\"\(own.peer)\",\"namespace\":\"TEST\""))
        }
    }

    @Test func `a node without its peers is not well, and says why`() async throws {
        try await withRuntime { context in
            let node = try TestNode(1, context: context)
            try node.network.start()
            let absent = try TestNode(2, context: context).peer
            let nowhere = PeerAddress.symmetric(SocketAddress(.loopback, port: 9))
            try await node.network.oracle.track(
                1, PeerSet(primary: [node.member(), PeerSet.Member(absent, at: nowhere)]))
            let endpoint = Self.endpoint(of: node)
            try endpoint.start()
            let address = try await Self.ready(endpoint, in: context)
            let health = try await Client.ask("GET /health", at: address, in: context)
            #expect(health.status == "503")
            #expect(health.body.contains("1 of 2 primary peers are reached, a quorum is 2"))
        }
    }

    @Test func `in discovery a peer is shown with where it says it is, and with what was lost by reason`()
        async throws
    {
        try await withRuntime { context in
            let limits = [try ChannelOptions(backlog: 2)]
            let node = try TestNode(1, context: context, options: limits, mode: .discovery())
            try node.network.start()
            let mode = Mode.discovery(bootstrappers: [try node.asBootstrapper()])
            let other = try TestNode(2, context: context, options: limits, mode: mode)
            let set = try PeerSet(keys: [node.peer, other.peer])
            try await node.network.oracle.track(7, set)
            var sender = node.sender
            _ = try sender.send([1], to: .one(other.peer))
            try other.network.start()
            try await other.network.oracle.track(7, set)
            await node.connected(to: 1)
            for _ in 0..<5 { try await other.deliver([1], to: node.peer) }
            let endpoint = Self.endpoint(of: node)
            try endpoint.start()
            let address = try await Self.ready(endpoint, in: context)
            let expected = [
                "\"ingress\":\"\(try #require(other.network.address))\",\"direction\":\"accepted\"",
                "\"wire\":\"native\",\"agent\":\"conclave/\(conclaveVersion)\",\"ageSeconds\":",
                ",\"queuedMessages\":0,\"queuedBytes\":0,"
                    + "\"undelivered\":{\"queue_full\":0,\"limited\":0,\"not_connected\":1,\"not_taken\":0,"
                    + "\"lane_full\":3,\"over_budget\":0,\"shutdown\":0},\"lastEnd\":null,"
                    + "\"sets\":[7]}]\n",
            ]
            try await eventually(in: context) {
                let page = try await Client.ask("GET /peers", at: address, in: context).body
                let isMeasured = page.contains(/"roundTripMicroseconds":[0-9]+,/)
                return isMeasured && expected.allSatisfy { page.contains($0) }
            }
        }
    }

    @Test func `what is not there and what would change something is refused`() async throws {
        try await withRuntime { context in
            let endpoint = try Self.endpoint(of: TestNode(1, context: context))
            try endpoint.start()
            let address = try await Self.ready(endpoint, in: context)
            for (line, status) in [
                ("GET /", "404"), ("GET /metrics/", "404"), ("GET /../version", "404"), ("POST /x", "404"),
                ("POST /version", "405"), ("DELETE /peers", "405"), ("BREW /health", "405"),
                ("HEAD /version", "200"), ("GET /version?a=b", "200"),
                ("GET /" + String(repeating: "x", count: 40_000), "414"),
            ] {
                #expect(try await Client.ask(line, at: address, in: context).status == status, "\(line)")
            }
            #expect(try await Client.ask("HEAD /version", at: address, in: context).body == "")
        }
    }

    @Test func `it listens for this machine alone unless told otherwise`() async throws {
        try await withRuntime { context in
            let node = try TestNode(1, context: context)
            let everywhere = try SocketAddress("0.0.0.0:0")
            #expect(throws: HTTPFault.notLoopback(everywhere)) {
                try Self.endpoint(of: node, at: everywhere).start()
            }
            let open = Self.endpoint(of: node, at: everywhere, reach: .anywhere)
            try open.start()
            let taken = SocketAddress(.loopback, port: try #require(open.address).port)
            #expect(throws: HTTPFault.addressInUse(taken)) {
                try Self.endpoint(of: node, at: taken).start()
            }
            #expect(throws: HTTPFault.closed) { try open.start() }
        }
    }

    /// In a process of its own, whose threads no other test starts or ends.
    @Test func `nothing of it is left when it has ended`() async throws {
        await #expect(processExitsWith: .success) { try await Self.startAndEnd() }
    }

    private static func startAndEnd() async throws {
        try await withRuntime { context in
            let endpoint = try endpoint(of: TestNode(1, context: context))
            let threads = entries(of: "/proc/self/task")
            try endpoint.start()
            let address = try await ready(endpoint, in: context)
            let held = try await Client(to: address, in: context)
            try await held.connection.write(Array("GET /vers".utf8))
            #expect(entries(of: "/proc/self/task") > threads)
            await endpoint.shutdown()
            #expect(await held.rest() == "")
            #expect(endpoint.address == nil)
            #expect(sockets(onPort: address.port).isEmpty)
            try await eventually(in: context) { entries(of: "/proc/self/task") == threads }
            await endpoint.shutdown()
            #expect(throws: HTTPFault.closed) { try endpoint.start() }
        }
    }

    @Test func `it ends with the scope it lives in`() async throws {
        let port = Lock<UInt16>(0)
        try await withRuntime { context in
            let endpoint = try Self.endpoint(of: TestNode(1, context: context))
            try endpoint.start()
            port.withLock { $0 = endpoint.address?.port ?? 0 }
        }
        #expect(sockets(onPort: port.withLock { $0 }).isEmpty)
    }

    @Test func `who opens too many connections is closed, who is slow is closed in time`() async throws {
        try await withRuntime { context in
            var limits = HTTPLimits()
            limits.connectionsPerIP = 4
            limits.lifetime = .milliseconds(300)
            limits.freshness = .milliseconds(20)
            let endpoint = try Self.endpoint(of: TestNode(1, context: context), limits: limits)
            try endpoint.start()
            let address = try await Self.ready(endpoint, in: context)
            var slow: [Client] = []
            for _ in 0..<4 {
                let client = try await Client(to: address, in: context)
                try await client.connection.write(Array("GET /version HTTP/1.1\r\nX: ".utf8))
                slow.append(client)
            }
            #expect(try await Client.ask("GET /version", at: address, in: context).status != "200")
            for client in slow { #expect(await client.rest() == "") }
            try await eventually(in: context) {
                try await Client.ask("GET /version", at: address, in: context).status == "200"
            }
        }
    }

    private static func entries(of folder: String) -> Int {
        guard let stream = unsafe opendir(folder) else { return 0 }
        defer { unsafe closedir(stream) }
        var count = 0
        while unsafe readdir(stream) != nil { count += 1 }
        return count
    }
}
