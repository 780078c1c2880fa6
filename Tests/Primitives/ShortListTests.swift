import ConclavePrimitives
import Testing

@Suite struct ShortListTests {
    @Test(arguments: [1, 2, 5]) func `every place holds its own element`(count: Int) {
        var list = ShortList(repeating: 0, count: count)
        for place in 0..<count { list[place] += place * 10 }
        #expect(list.count == count)
        #expect(list.elements == (0..<count).map { $0 * 10 })
        #expect((0..<count).allSatisfy { list[$0] == $0 * 10 })
    }

    @Test func `a list may be empty`() {
        #expect(ShortList(repeating: 7, count: 0).elements.isEmpty)
    }

    @Test func `a copy is a list of its own`() {
        let list = ShortList(repeating: 1, count: 3)
        var copy = list
        copy[0] = 2
        copy[2] = 3
        #expect(list.elements == [1, 1, 1])
        #expect(copy.elements == [2, 1, 3])
    }
}
