import ConclavePrimitives
import Testing

@Suite struct LockTests {
    @Test func `what is done under it is done alone`() async {
        final class Counter: Sendable {
            let value = Lock(0)
        }
        let counter = Counter()
        await withTaskGroup { group in
            for _ in 0..<8 {
                group.addTask {
                    for _ in 0..<1_000 { counter.value.withLock { $0 += 1 } }
                }
            }
        }
        #expect(counter.value.withLock { $0 } == 8_000)
    }
}
