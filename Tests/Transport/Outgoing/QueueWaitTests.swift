import Testing

@testable import ConclaveTransport

@Suite struct QueueWaitTests {
    @Test func `each wait falls under the first bound that is not below it`() {
        var waits = QueueWait()
        for (number, bound) in QueueWait.bounds.enumerated() { waits.add(bound, count: number + 1) }
        waits.add(.seconds(11), count: 9)
        #expect(waits.buckets == [1, 2, 3, 4, 5, 6, 9])
        #expect(waits.count == 30)
    }

    @Test func `a clock that jumped back, and the longest wait, trap nothing`() {
        var waits = QueueWait()
        waits.add(.seconds(-5), count: 2)
        #expect(waits.sum == .zero && waits.buckets[0] == 2)
        waits.add(.seconds(Int64.max), count: 1 << 20)
        #expect(waits.count == 2 + (1 << 20))
    }

    @Test func `two sums add up bucket by bucket`() {
        var one = QueueWait(), other = QueueWait()
        one.add(.seconds(2), count: 1)
        other.add(.seconds(3), count: 2)
        one += other
        #expect(one.buckets[5] == 3 && one.sum == .seconds(8))
    }
}
