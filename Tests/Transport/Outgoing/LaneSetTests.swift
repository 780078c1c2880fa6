import Testing

@testable import ConclaveTransport

@Suite struct LaneSetTests {
    @Test func `members come the most urgent first, each once`() {
        var set = LaneSet()
        #expect(set.isEmpty)
        for lane in [5, 0, 3, 3] { set.insert(lane) }
        #expect(Array(set) == [0, 3, 5])
        set.remove(3)
        set.remove(1)
        #expect(Array(set) == [0, 5])
        #expect(!set.isEmpty)
    }

    @Test(arguments: 0..<6) func `below a lane are those less urgent`(lane: Int) {
        var set = LaneSet()
        for member in 0..<6 { set.insert(member) }
        #expect(Array(set.below(lane)) == Array((lane + 1)..<max(6, lane + 1)))
    }
}
