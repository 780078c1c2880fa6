import Testing

@testable import ConclaveBench

@Suite struct PreemptionRecordTests {
    private let bulk = PreemptionMessage(.bulk)

    @Test func `the dialer goes on when the bulk and the critical message are all there`() {
        var record = PreemptionRecord(bulkMessages: 3, bulkBytes: 100)
        let arrivals: [(PreemptionMessage, UInt64)] = [
            (PreemptionMessage(.idle, sentAt: 1_000), 3_000), (bulk, 4_000),
            (PreemptionMessage(.urgent, sentAt: 2_000), 7_000), (bulk, 8_000), (bulk, 9_000),
        ]
        let goesOn = arrivals.map { record.heard($0.0, at: $0.1) }
        #expect(goesOn == [true, false, false, false, true])
        let figures = record.figures
        #expect(figures["idleP50Microseconds"] == 2)
        #expect(figures["p50Microseconds"] == 5)
        #expect(figures["addedP99Microseconds"] == 3)
        #expect(figures["overtakenBytes"] == 200)
        #expect(figures["samples"] == 1)
        #expect(figures["late"] == 0)
    }

    @Test(arguments: [(8_999, 1.0, 0.0), (9_001, 0.0, 1.0)])
    func `a critical message that came last counts only if it was sent before the bulk was there`(
        _ sentAt: UInt64, _ samples: Double, _ late: Double
    ) {
        var record = PreemptionRecord(bulkMessages: 2, bulkBytes: 100)
        _ = record.heard(bulk, at: 4_000)
        _ = record.heard(bulk, at: 9_000)
        let goesOn = record.heard(PreemptionMessage(.urgent, sentAt: sentAt), at: 12_000)
        #expect(goesOn)
        #expect(record.figures["samples"] == samples)
        #expect(record.figures["late"] == late)
    }

    @Test func `a message survives its encoding, and is no shorter than it has to be`() throws {
        let bytes = PreemptionMessage(.urgent, sentAt: 77).encoded(bytes: 64)
        #expect(bytes.count == 64)
        let decoded = try unsafe PreemptionMessage(decoding: bytes.span.bytes)
        #expect(decoded.kind == .urgent)
        #expect(decoded.sentAt == 77)
        #expect(PreemptionMessage(.idle).encoded(bytes: 0).count == 9)
    }
}
