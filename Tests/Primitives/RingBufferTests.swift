import ConclavePrimitives
import Testing

@Suite struct RingBufferTests {
    private final class Witness {}

    @Test(arguments: 0..<50 as Range<UInt64>) func `it is a queue, over random histories`(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        var buffer = RingBuffer<Int>()
        var model: [Int] = []
        for step in 0..<500 {
            if Int.random(in: 0..<5, using: &random) < 3 {
                buffer.append(step)
                model.append(step)
            } else {
                #expect(buffer.popFirst() == (model.isEmpty ? nil : model.removeFirst()))
            }
            #expect(buffer.count == model.count)
            #expect(buffer.first == model.first)
            #expect(buffer.last == model.last)
            if let offset = model.indices.randomElement(using: &random) {
                #expect(buffer[offset] == model[offset])
            }
        }
    }

    @Test func `what was taken is let go of although the buffer is never empty`() {
        var buffer = RingBuffer<Witness>()
        weak var first: Witness?
        do {
            let witness = Witness()
            first = witness
            buffer.append(witness)
        }
        buffer.append(Witness())
        #expect(first != nil)
        _ = buffer.popFirst()
        #expect(first == nil)
        #expect(!buffer.isEmpty)
    }

    @Test func `taking all keeps the order, into an empty buffer and behind others`() {
        var buffer = RingBuffer<Int>(), other = RingBuffer<Int>()
        for number in 0..<20 { other.append(number) }
        buffer.takeAll(from: &other)
        #expect(other.isEmpty)
        for number in 20..<40 { other.append(number) }
        buffer.takeAll(from: &other)
        var all: [Int] = []
        while let number = buffer.popFirst() { all.append(number) }
        #expect(all == Array(0..<40))
    }

    @Test func `what takes the place of the first is taken out first, and nothing else moves`() {
        for count in [1, 2, 20] {
            var buffer = RingBuffer<Int>()
            for element in 1...count { buffer.append(element) }
            buffer.replaceFirst(by: 100)
            #expect(buffer.count == count)
            #expect(buffer.popFirst() == 100)
            for element in 2..<(count + 1) { #expect(buffer.popFirst() == element) }
            #expect(buffer.isEmpty)
        }
    }
}
