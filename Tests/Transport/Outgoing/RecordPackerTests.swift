import ConclaveCryptography
import ConclaveTestWires
import Testing

@testable import ConclaveTransport

@Suite struct RecordPackerTests {
    @Test func `more urgent messages leave first and each priority keeps its order`() throws {
        let tap = Wiretap()
        for (index, priority) in [Priority.bulk, .normal, .critical, .low, .high, .normal, .critical]
            .enumerated()
        {
            #expect(tap.send([UInt8(index)], priority: priority))
        }
        let receiving = try Receiving()
        try receiving.feed(try tap.wireBytes())
        #expect(receiving.heard == [2, 6, 4, 1, 5, 3, 0].map { .message(channel: 0, [$0]) })
    }

    @Test func `an urgent message waits for no more than what is sealed`() throws {
        let tap = Wiretap()
        for _ in 0..<64 { #expect(tap.send([UInt8](repeating: 5, count: 60_000), priority: .bulk)) }
        let receiving = try Receiving()
        try receiving.feed(try tap.wireBytes(budget: 65_536))
        #expect(receiving.heard.count == 1)
        #expect(tap.send([1], priority: .critical))
        try receiving.feed(try tap.wireBytes(budget: 0))
        #expect(receiving.heard.last == .message(channel: 0, [1]))
    }

    @Test func `a flood of urgent messages leaves the lower lane a sixteenth of the bytes`() throws {
        let tap = Wiretap()
        let receiving = try Receiving()
        for _ in 0..<40 { #expect(tap.send([UInt8](repeating: 2, count: 20_000), priority: .bulk)) }
        var bulk = 0, urgent = 0
        while urgent < 200 {
            for _ in 0..<4 { #expect(tap.send([UInt8](repeating: 1, count: 20_000), priority: .critical)) }
            try receiving.feed(try tap.wireBytes(budget: 65_536))
            urgent = receiving.heard.count {
                $0 == .message(channel: 0, [UInt8](repeating: 1, count: 20_000))
            }
            bulk = receiving.heard.count - urgent
        }
        #expect((8...20).contains(bulk))
    }

    @Test func `counts return to zero when everything has left`() throws {
        let tap = Wiretap()
        for size in [0, 10, 5_000, 200_000] { #expect(tap.send([UInt8](repeating: 0, count: size))) }
        #expect(tap.waiting.messages == 4)
        _ = try tap.wireBytes()
        #expect(tap.waiting.messages == 0)
        #expect(tap.waiting.bytes == 0)
        #expect(tap.queued.bytes == 0)
        #expect(tap.queued.messages == 0)
    }

    @Test func `both bounds refuse, and sealing makes room again`() throws {
        let tap = Wiretap(messagesMax: 3, bytesMax: 10_000)
        for _ in 0..<3 { #expect(tap.send([1])) }
        #expect(!tap.send([1]))
        _ = try tap.wireBytes()
        #expect(tap.send([UInt8](repeating: 0, count: 9_900)))
        #expect(!tap.send([UInt8](repeating: 0, count: 100)))
        #expect(!tap.isHalfEmpty)
        _ = try tap.wireBytes()
        #expect(tap.isHalfEmpty)
    }

    @Test func `an empty message is charged its frame`() {
        let tap = Wiretap(messagesMax: 1_000, bytesMax: 100)
        var accepted = 0
        while tap.send([]) { accepted += 1 }
        #expect(accepted == 5)
    }

    @Test func `A2 a used-up key stops the link instead of repeating a nonce`() throws {
        let tap = Wiretap()
        tap.sealing = SealingKey(key: Wiretap.key, counter: .max - 1)
        for _ in 0..<3 { #expect(tap.send([1])) }
        #expect(throws: (any Error).self) { _ = try tap.wireBytes() }
    }
}
