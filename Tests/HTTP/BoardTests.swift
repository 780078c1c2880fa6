import Conclave
import ConclavePrimitives
import ConclaveTelemetry
import Testing

@testable import ConclaveHTTP
@testable import ConclavePeers

@Suite struct BoardTests {
    /// What a node without peers sees.
    static func empty() throws -> NetworkSnapshot {
        NetworkSnapshot(
            own: try SigningKey(seed: [UInt8](repeating: 1, count: 32)).publicKey, links: SortedArray(),
            census: TrackerCensus(
                links: [], past: PastTraffic(), missed: SortedArray(), peers: [],
                blocks: BlockCounts(inForce: 0, waiting: 0, refused: 0), addressUpdates: 0),
            inboxes: [], missed: 0, budget: (0, 0), dials: [], refusedHandshakes: [])
    }

    let metrics = Metrics()

    func at(_ seconds: UInt64) -> Instant { Instant(nanoseconds: seconds * 1_000_000_000) }

    func board() throws -> Board {
        let key = try SigningKey(seed: [UInt8](repeating: 1, count: 32)).publicKey
        let node = NodeDescription(key: key, namespace: "TEST", wire: "commonware")
        return Board(node, metrics: metrics, patience: .seconds(5), at: at(0))
    }

    func text(_ answer: Answer) -> String { String(decoding: answer.body, as: UTF8.self) }

    @Test func `before its first snapshot a node is starting, but says which version it is`() throws {
        let board = try board()
        let health = board.answer(.health, at: at(1))
        #expect(health.status == 503)
        #expect(text(health) == "{\"healthy\":false,\"reasons\":[\"the node is starting\"]}\n")
        #expect(board.answer(.version, at: at(1)).status == 200)
    }

    @Test func `what else ails a node stands among the reasons until it is over`() throws {
        let board = try board()
        try board.publish(Self.empty(), at: at(1))
        let before = text(board.answer(.health, at: at(1)))
        board.tell(ailments: ["stranded"])
        let ill = board.answer(.health, at: at(1))
        #expect(ill.status == 503)
        #expect(text(ill).contains(#","stranded"]"#) && !before.contains("stranded"))
        try board.publish(Self.empty(), at: at(2))
        #expect(text(board.answer(.health, at: at(2))) == text(ill))
        board.tell(ailments: [])
        #expect(text(board.answer(.health, at: at(2))) == before)
    }

    @Test(arguments: [Page.health, .metrics, .peers])
    func `a node that has said nothing for too long is not well`(page: Page) throws {
        let board = try board()
        try board.publish(Self.empty(), at: at(10))
        #expect(!text(board.answer(page, at: at(15))).contains("has not answered"))
        let late = board.answer(page, at: at(22))
        #expect(late.status == 503)
        #expect(text(late) == "{\"healthy\":false,\"reasons\":[\"the node has not answered for 12 s\"]}\n")
        try board.publish(Self.empty(), at: at(22))
        #expect(!text(board.answer(page, at: at(22))).contains("has not answered"))
    }

    @Test func `a page is written once for each snapshot, however often it is asked for`() throws {
        let asked = Counter.sample(in: metrics)
        let board = try board()
        try board.publish(Self.empty(), at: at(1))
        for _ in 0..<100 { #expect(board.answer(.metrics, at: at(2)).status == 200) }
        #expect(asked.value == 1)
        try board.publish(Self.empty(), at: at(3))
        for _ in 0..<100 { _ = board.answer(.metrics, at: at(4)) }
        #expect(asked.value == 2)
    }
}

extension Counter {
    /// Counts how often the figures are written.
    static func sample(in metrics: Metrics) -> Counter {
        let asked = Metrics().counter("conclave_asked_total", "")
        metrics.figures(.gauge, "conclave_asked", "Asked.") {
            asked.add()
            return []
        }
        return asked
    }
}
