import ConclavePrimitives
import Testing

@testable import ConclaveTransport

@Suite struct SegmentPoolTests {
    private let calls = Calls()

    private func pool(idleBytes: Int) -> SegmentPool {
        SegmentPool(PoolTerms(keepBytes: 1 << 20, idleBytes: idleBytes) { [calls] in calls.add() })
    }

    @Test func `after a flood it gives up everything but what stays in any case`() {
        let pool = pool(idleBytes: 8_192)
        flood(pool, small: 10, large: 3)
        #expect(pool.giveUpUnneeded().freedBytes == 0, "all of it was needed a moment ago")
        let look = pool.giveUpUnneeded()
        #expect(look.freedBytes == 8 * SegmentPool.smallBytes + 3 * SegmentPool.largeBytes)
        #expect(!look.isAbove)
        #expect(pool.giveUpUnneeded().freedBytes == 0)
    }

    @Test func `what is needed between any two looks stays, however many there are`() {
        let pool = pool(idleBytes: 0)
        flood(pool, small: 10, large: 3)
        _ = pool.giveUpUnneeded()
        for _ in 1...5 {
            flood(pool, small: 10, large: 3)
            let look = pool.giveUpUnneeded()
            #expect(look.freedBytes == 0)
            #expect(look.isAbove)
        }
    }

    @Test func `it tells once that there is more than stays, and again after a look that found less`() {
        let pool = pool(idleBytes: 8_192)
        flood(pool, small: 2, large: 0)
        #expect(calls.count == 0)
        flood(pool, small: 10, large: 3)
        #expect(calls.count == 1)
        _ = pool.giveUpUnneeded()
        flood(pool, small: 10, large: 3)
        #expect(calls.count == 1, "somebody looks already")
        for _ in 1...2 { _ = pool.giveUpUnneeded() }
        flood(pool, small: 3, large: 0)
        #expect(calls.count == 2)
    }

    @Test func `a pool that nobody looks at keeps what it has and tells nothing`() {
        let pool = SegmentPool(keepBytes: 8 * SegmentPool.smallBytes)
        flood(pool, small: 8, large: 0)
        for _ in 1...2 { #expect(pool.giveUpUnneeded().freedBytes == 0) }
        #expect(!pool.giveUpUnneeded().isAbove)
    }

    private func flood(_ pool: SegmentPool, small: Int, large: Int) {
        let segments = (0..<small).map { _ in pool.takeSmall() } + (0..<large).map { _ in pool.takeLarge() }
        for segment in segments { pool.give(segment) }
    }
}

/// How often it was called.
final class Calls: Sendable {
    private let calls = Lock(0)

    var count: Int { calls.withLock { $0 } }

    func add() {
        calls.withLock { $0 += 1 }
    }
}
