import ConclaveArguments
import Testing

@testable import ConclaveTool

@Suite struct NodeSightTests {
    static let sample = NodeSight(
        version: .init(
            version: "0.1.0", publicKey: KeygenTests.publicKey, namespace: "CONCLAVE_net-1",
            wire: "commonware"),
        health: .init(healthy: false, reasons: ["2 of 4 primary peers are reached, a quorum is 3"]),
        peers: [
            peer(
                "3d4017c3", "connected", "127.0.0.1:4101", "dialed", age: 12.34, queued: (3, 1_536), lost: 7),
            peer("9a1b2c3d", "connecting", "two.example:4100", nil, age: nil, queued: (0, 0), lost: 0),
            peer("f4d0f8ff", "disconnected", nil, nil, age: nil, queued: (0, 0), lost: 0, role: "secondary"),
        ])

    static func peer(
        _ key: String, _ state: String, _ address: String?, _ direction: String?, age: Double?,
        queued: (messages: Int, bytes: Int), lost: Int, role: String = "primary"
    ) -> NodeSight.Peer {
        NodeSight.Peer(
            key: key + String(repeating: "0", count: 56), state: state, role: role, address: address,
            direction: direction, wire: direction == nil ? nil : "commonware", agent: nil, ageSeconds: age,
            roundTripMicroseconds: nil, queuedMessages: queued.messages, queuedBytes: queued.bytes,
            undelivered: ["lane_full": lost], sets: [1, 2])
    }

    @Test func `ages and sizes are in the largest unit of which there is one`() {
        #expect(
            [0, 59.94, 60, 3_600, 90_000].map(PeersTable.ageText) == [
                "0.0 s", "59.9 s", "1.0 min", "1.0 h", "1.0 d",
            ])
        #expect(
            [0, 1_023, 1_024, 1 << 20, 3 << 30].map { sizeText($0, decimals: 1) }
                == ["0 B", "1023 B", "1.0 KiB", "1.0 MiB", "3.0 GiB"])
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
