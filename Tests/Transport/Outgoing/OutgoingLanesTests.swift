import ConclavePrimitives
import ConclaveTestWires
import Testing

@testable import ConclaveTransport

/// What messages that wait cost the node's memory.
@Suite struct OutgoingLanesTests {
    @Test func `a small message pins a page, and the page is free when it is written`() throws {
        let tap = Wiretap(floor: 1 << 20)
        #expect(tap.send([1]))
        #expect(tap.lanes.held == SegmentPool.smallBytes)
        for _ in 0..<50 { #expect(tap.send([1])) }
        #expect(tap.lanes.held == SegmentPool.smallBytes)
        _ = try tap.wireBytes()
        #expect(tap.lanes.held == 0)
    }

    @Test func `a large message costs itself and its frame until it is written`() throws {
        let tap = Wiretap(floor: 1 << 20)
        #expect(tap.send([UInt8](repeating: 1, count: 100_000)))
        #expect(tap.lanes.held == FrameWriter.room(.singles, channel: 0, count: 100_000))
        _ = try tap.wireBytes()
        #expect(tap.lanes.held == 0)
    }

    @Test func `every priority pins a segment of its own`() {
        let tap = Wiretap(floor: 1 << 20)
        for priority in Priority.allCases { #expect(tap.send([1], priority: priority)) }
        #expect(tap.lanes.held == Priority.allCases.count * SegmentPool.smallBytes)
    }

    @Test func `with the budget used up a queue fills its floor, page by page, and no more`() throws {
        let budget = MemoryBudget(limit: 1 << 20)
        #expect(budget.take(least: 1 << 20, wanted: 1 << 20) == 1 << 20)
        let tap = Wiretap(budget: budget, floor: 64 << 10)
        var taken = 0
        while tap.offer([UInt8](repeating: 1, count: 1_000)) == .taken { taken += 1 }
        #expect(tap.lanes.held == 64 << 10)
        #expect(taken >= 16 * 3)
        #expect(tap.offer([UInt8](repeating: 1, count: 10_000)) == .overBudget)
        tap.ping()
        _ = try tap.wireBytes()
        #expect(tap.lanes.held == 0)
        #expect(tap.offer([UInt8](repeating: 1, count: 10_000)) == .taken)
    }

    @Test func `what is discarded goes back to the budget`() {
        let budget = MemoryBudget(limit: 1 << 30)
        let tap = Wiretap(budget: budget)
        for _ in 0..<100 { #expect(tap.send([UInt8](repeating: 1, count: 50_000))) }
        #expect(budget.used >= 5_000_000)
        budget.give(tap.lanes.discard())
        #expect(budget.used == 0 && tap.lanes.held == 0)
        #expect(tap.offer([1]) == .full)
    }

    @Test func `waits are counted from the first message of a segment to its seal`() throws {
        let tap = Wiretap()
        for _ in 0..<3 { #expect(tap.send([1])) }
        tap.now = Instant(nanoseconds: 50_000_000)
        #expect(tap.send([UInt8](repeating: 1, count: 5_000)))
        tap.ping()
        tap.now = Instant(nanoseconds: 51_000_000)
        _ = try tap.wireBytes()
        let waits = tap.packer.waits
        #expect(waits.count == 4)
        #expect(waits.buckets == [0, 1, 0, 3, 0, 0, 0])
        #expect(waits.sum == .milliseconds(3 * 51 + 1))
    }

    @Test(arguments: [RecordLayout.singles, .packed])
    func `whatever leaves in whatever records, all its memory comes free`(layout: RecordLayout) throws {
        var random = SplitMix64(seed: 11)
        let tap = Wiretap(layout: layout, floor: 1 << 30)
        let priorities: [Priority] = [.critical, .high, .normal, .low, .bulk]
        for _ in 0..<50 {
            for _ in 0..<Int.random(in: 1...20, using: &random) {
                let size = [3, 300, 4_000, 10_000, 150_000][Int.random(in: 0..<5, using: &random)]
                let priority = priorities[Int.random(in: priorities.indices, using: &random)]
                #expect(tap.send([UInt8](repeating: 1, count: size), priority: priority))
            }
            _ = try tap.wireBytes(budget: 65_408)
            #expect(tap.lanes.held >= tap.waiting.bytes)
        }
        while tap.waiting.messages > 0 { _ = try tap.wireBytes() }
        #expect(tap.lanes.held == 0)
    }
}
