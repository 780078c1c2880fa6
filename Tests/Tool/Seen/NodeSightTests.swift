import ConclaveArguments
import Testing

@testable import ConclaveTool

@Suite struct NodeSightTests {
    static let sample = NodeSight(
        version: .init(
            version: "0.1.0", publicKey: KeygenTests.publicKey, namespace: "CONCLAVE_net-1",
            wire: "native"),
        health: .init(healthy: false, reasons: ["2 of 4 primary peers are reached, a quorum is 3"]),
        peers: [
            peer(
                "3d4017c3", "connected", "127.0.0.1:4101", "dialed", age: 12.34, queued: (3, 1_536), lost: 7),
            peer(
                "5c2e9b10", "connected", "127.0.0.1:52814", "accepted", age: 4_000, queued: (0, 0), lost: 0),
            peer("9a1b2c3d", "blocked", "two.example:4100", nil, age: nil, queued: (0, 0), lost: 0),
            peer("f4d0f8ff", "disconnected", nil, nil, age: nil, queued: (0, 0), lost: 0, role: "secondary"),
        ],
        figures: NodeFigures(page: page))

    /// Some of what `/metrics` says.
    static let page = """
        # HELP conclave_memory_budget_used_bytes Memory.
        # TYPE conclave_memory_budget_used_bytes gauge
        conclave_disconnections_total{reason="silent"} 0
        conclave_disconnections_total{reason="peer_shutdown"} 2
        conclave_disconnections_total{reason="reset"} 1
        conclave_memory_budget_limit_bytes 1073741824
        conclave_memory_budget_used_bytes 131072
        conclave_messages_sent_total{peer="3d40",channel="0"} 12
        conclave_messages_undelivered_total{reason="queue_full"} 0
        conclave_messages_undelivered_total{reason="limited"} 2
        conclave_messages_undelivered_total{reason="lane_full"} 7

        """

    static func peer(
        _ key: String, _ state: String, _ address: String?, _ direction: String?, age: Double?,
        queued: (messages: Int, bytes: Int), lost: Int, role: String = "primary"
    ) -> NodeSight.Peer {
        NodeSight.Peer(
            key: key + String(repeating: "0", count: 56), state: state, role: role, address: address,
            ingress: address.map { _ in "two.example:4100" }, direction: direction,
            wire: direction.map { $0 == "dialed" ? "native" : "commonware" },
            agent: direction == "dialed" ? "conclave/0.1.0" : nil,
            lastEnd: state == "disconnected" ? "peer_shutdown" : nil, ageSeconds: age,
            roundTripMicroseconds: direction == "dialed" ? 412 : nil, queuedMessages: queued.messages,
            queuedBytes: queued.bytes,
            undelivered: [
                "queue_full": 0, "limited": 0, "not_connected": 0, "not_taken": 0, "lane_full": lost,
                "over_budget": 0,
                "shutdown": 0,
            ], sets: [1, 2])
    }

    @Test func `ages and sizes are in the largest unit of which there is one`() {
        #expect(
            [0, 59.94, 60, 3_600, 90_000].map(PeersTable.ageText) == [
                "0.0s", "59.9s", "1.0m", "1.0h", "1.0d",
            ])
        #expect(
            [0, 1_023, 1_024, 1 << 20, 3 << 30].map { sizeText($0, decimals: 1) }
                == ["0 B", "1023 B", "1.0 KiB", "1.0 MiB", "3.0 GiB"])
    }

    @Test func `a round trip takes six columns at most`() {
        #expect(
            [0, 9_999, 10_000, 9_999_999, 10_000_000].map(PeersTable.timeText)
                == ["0µs", "9999µs", "10ms", "9999ms", "10s"])
    }

    @Test func `the table fits a terminal of 80 columns where addresses are numeric`() {
        let address = "255.255.255.255:65535"
        let widest = Self.peer(
            "3d4017c3", "connected", address, "accepted", age: 3_599, queued: (999, 1 << 20), lost: 9_999)
        #expect(PeersTable.lines([widest]).allSatisfy { $0.count <= 80 })
        #expect(PeersTable.lines(Self.sample.peers).allSatisfy { $0.count <= 80 })
    }

    @Test func `sets that follow each other are a range`() {
        #expect(
            [[], [7], [7, 8, 9], [7, 9], [.max, .max]].map(PeersTable.setsText) == [
                "-", "7", "7-9", "7 9", "\(Int.max) \(Int.max)",
            ])
    }

    @Test func `figures of no node are none, and a page that is no page is passed over`() {
        #expect(NodeFigures().lostText == "nothing")
        let odd = "\n{}\nconclave_memory_budget_used_bytes x\nconclave_messages_undelivered_total{reason=\"\n"
        #expect(NodeFigures(page: odd) == NodeFigures())
        let figures = NodeFigures(page: Self.page)
        #expect(figures.lostText == "9 messages: 2 limited, 7 lane_full")
        #expect([figures.memoryUsed, figures.memoryLimit] == [131_072, 1 << 30])
    }

    @Test func `a page that is not what it should be is no value`() {
        #expect(NodeSight.value(of: Array("{}".utf8), as: NodeSight.Version.self) == nil)
        #expect(NodeSight.value(of: Array("[]".utf8), as: [NodeSight.Peer].self)?.isEmpty == true)
    }

    @Test func `a line of peers reads back as what was printed`() throws {
        for peer in Self.sample.peers {
            let read = try #require(
                NodeSight.value(of: Array(PeersTable.json(peer).text.utf8), as: NodeSight.Peer.self))
            #expect(PeersTable.json(read).text == PeersTable.json(peer).text)
        }
    }
}
