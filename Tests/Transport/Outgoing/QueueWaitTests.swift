import ConclavePrimitives
import Testing

@testable import ConclaveTransport

@Suite struct QueueWaitTests {
    private let start = Instant(nanoseconds: 7_000_000_000)

    @Test func `each wait falls under the first bound that is not below it`() {
        var waits = QueueWait()
        for (number, bound) in QueueWait.bounds.enumerated() {
            waits.add(from: start, to: start.advanced(by: bound), count: number)
            waits.add(from: start, to: start.advanced(by: bound + .nanoseconds(1)), count: 1)
        }
        #expect(waits.buckets == [0, 2, 3, 4, 5, 6, 1])
        #expect(waits.count == 21)
    }

    @Test func `a clock that jumped back, and the longest wait, trap nothing`() {
        var waits = QueueWait()
        waits.add(from: start, to: start.advanced(by: .seconds(-5)), count: 2)
        #expect(waits.sum == .zero && waits.buckets[0] == 2)
        waits.add(from: start, to: .distantFuture, count: 1 << 20)
        waits.add(from: start, to: start.advanced(by: .seconds(1)), count: 1)
        #expect(waits.count == 3 + (1 << 20) && waits.sum == .nanoseconds(Int64.max))
    }

    @Test func `two sums add up bucket by bucket`() {
        var one = QueueWait(), other = QueueWait()
        one.add(from: start, to: start.advanced(by: .seconds(2)), count: 1)
        other.add(from: start, to: start.advanced(by: .seconds(3)), count: 2)
        one += other
        #expect(one.buckets[5] == 3 && one.sum == .seconds(8))
    }
}
