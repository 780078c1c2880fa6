import ConclaveRuntime
import Testing

@Suite struct KeyRangeTests {
    @Test func `a range holds its first key and not its end`() {
        let range = KeyRange(from: [1], until: [2])
        #expect(range.contains([1]) && range.contains([1, 255]))
        #expect(!range.contains([0, 255]) && !range.contains([2]) && !range.contains([]))
        #expect(KeyRange.all.contains([]) && KeyRange.all.contains([255, 255]))
    }

    @Test func `one key alone`() {
        #expect(KeyRange.only([5]).contains([5]))
        #expect(!KeyRange.only([5]).contains([5, 0]) && !KeyRange.only([5]).contains([4, 255]))
        #expect(KeyRange.only([]).contains([]) && !KeyRange.only([]).contains([0]))
    }

    @Test func `a prefix ends where the next one begins`() {
        #expect(KeyRange.prefix([1, 2]) == KeyRange(from: [1, 2], until: [1, 3]))
        #expect(KeyRange.prefix([1, 255]) == KeyRange(from: [1, 255], until: [2]))
        #expect(KeyRange.prefix([255, 255]) == KeyRange(from: [255, 255]))
        #expect(KeyRange.prefix([]) == .all)
    }
}
