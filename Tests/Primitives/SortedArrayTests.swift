import ConclavePrimitives
import Testing

@Suite struct SortedArrayTests {
    @Test(arguments: 0..<20 as Range<UInt64>) func `it does what a dictionary does, in order`(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        var array = SortedArray<Int, Int>()
        var model: [Int: Int] = [:]
        for step in 0..<500 {
            let key = Int.random(in: 0..<40, using: &random)
            let value = Int.random(in: 0..<3, using: &random) == 0 ? nil : step
            array[key] = value
            model[key] = value
            #expect(array[key] == model[key] && array[key + 100] == nil)
            #expect(array.count == model.count && array.isEmpty == model.isEmpty)
        }
        let sorted = model.sorted { $0.key < $1.key }
        #expect(array.keys == sorted.map(\.key) && array.values == sorted.map(\.value))
        #expect(array.map(\.key) == sorted.map(\.key))
        #expect(array.first?.key == sorted.first?.key)
    }

    @Test func `removing where a condition holds keeps the rest in order`() {
        var array = SortedArray<Int, String>()
        for key in (0..<10).reversed() { array[key] = "\(key)" }
        array.removeAll { key, value in key % 2 == 0 || value == "7" }
        #expect(array.keys == [1, 3, 5, 9])
    }
}
