import ConclaveChainApplication
import Testing

@Suite struct FinalityHistogramTests {
    @Test func `a part of all is found to a sixteenth of itself`() throws {
        var histogram = FinalityHistogram()
        for microseconds in 1...10_000 { histogram.add(microseconds: microseconds) }
        for part in [0.1, 0.5, 0.99, 1] {
            let found = try #require(histogram.milliseconds(atPart: part)) * 1_000
            #expect(found >= part * 10_000 && found <= part * 10_000 * 17 / 16 + 1, "\(part): \(found)")
        }
    }

    @Test func `the smallest and the largest have a place`() {
        for microseconds in [Int.min, 0, 1, 15, 16, 17, 1 << 40, .max] {
            var histogram = FinalityHistogram()
            histogram.add(microseconds: microseconds)
            #expect(histogram.counts.count == 1)
            #expect(histogram.milliseconds(atPart: 0.5) != nil)
        }
    }

    @Test func `two together say what one of both would`() {
        var left = FinalityHistogram(), right = left, both = left
        for microseconds in stride(from: 3, to: 9_000, by: 7) {
            left.add(microseconds: microseconds)
            right.add(microseconds: microseconds * 3)
            both.add(microseconds: microseconds)
            both.add(microseconds: microseconds * 3)
        }
        left.add(right)
        #expect(left == both)
    }

    @Test func `what was read and is no entry is left out`() {
        var histogram = FinalityHistogram()
        for entry in [(-1, 1), (FinalityHistogram.placesMax, 1), (3, 0), (3, -4)] {
            histogram.add(.init(place: entry.0, count: entry.1))
        }
        #expect(histogram.isEmpty)
        #expect(histogram.milliseconds(atPart: 0.5) == nil)
        for _ in 0..<2 { histogram.add(.init(place: 3, count: .max)) }
        #expect(histogram.counts == [.init(place: 3, count: .max)])
    }
}
