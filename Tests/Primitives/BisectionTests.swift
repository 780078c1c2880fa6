import ConclavePrimitives
import Testing

@Suite struct BisectionTests {
    @Test(arguments: 0..<9) func `every element is found where it is, and nothing else`(count: Int) {
        let odd = (0..<count).map { $0 * 2 + 1 }
        for value in -1...(2 * count + 2) {
            #expect(odd.ascendingPlace(of: value) == odd.firstIndex(of: value))
            #expect(odd.firstPlace(notBelow: value) { $0 } == odd.firstIndex { $0 >= value } ?? count)
        }
    }

    @Test func `a slice keeps its own places`() {
        let slice = [1, 3, 5, 7, 9][2...]
        #expect(slice.ascendingPlace(of: 7) == 3)
        #expect(slice.ascendingPlace(of: 1) == nil)
    }
}
