import Testing

@testable import ConclaveTransport

@Suite struct SlabPoolTests {
    private let calls = Calls()

    @Test func `after a flood it gives up everything but what stays in any case`() {
        let pool = SlabPool(
            PoolTerms(keepBytes: 1 << 20, idleBytes: 16_384) { [calls] in calls.add() })
        flood(pool, 8_192, 8_192, 8_192, 8_192, 100_000)
        #expect(calls.count == 1)
        #expect(pool.giveUpUnneeded().freedBytes == 0, "all of it was needed a moment ago")
        let look = pool.giveUpUnneeded()
        #expect(look.freedBytes == 2 * 8_192 + 131_072)
        #expect(!look.isAbove)
    }

    @Test func `what it gave up makes room for more`() {
        let pool = SlabPool(PoolTerms(keepBytes: 131_072, idleBytes: 0) {})
        for _ in 1...3 {
            flood(pool, 100_000)
            _ = pool.giveUpUnneeded()
            #expect(pool.giveUpUnneeded().freedBytes == 131_072)
        }
    }

    private func flood(_ pool: SlabPool, _ sizes: Int...) {
        let slabs = sizes.map { pool.take($0) }
        withExtendedLifetime(slabs) {}
    }
}
