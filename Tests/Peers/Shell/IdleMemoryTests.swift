import ConclaveTestSockets
import Testing

@testable import ConclavePeers
@testable import ConclaveTransport

@Suite struct IdleMemoryTests {
    private let executor = ManualExecutor()
    private let returned = Wakes()
    private let pools: IdleMemory.Pools
    private var segments: SegmentPool { pools.segments }

    init() {
        let idle = IdleMemory(on: executor, clock: executor) { [returned] in returned.turn() }
        let terms = PoolTerms(keepBytes: 4 << 20, idleBytes: 131_072) { idle.appeared() }
        pools = IdleMemory.Pools(terms)
        idle.watch(pools)
    }

    private func flood(_ count: Int) {
        let taken = (0..<count).map { _ in segments.takeLarge() }
        for segment in taken { segments.give(segment) }
    }

    @Test func `as long as there is little it does nothing`() {
        flood(2)
        #expect(executor.alarms.isEmpty)
    }

    @Test func `after a flood the memory is given back within two looks, and then nobody looks any more`() {
        flood(40)
        #expect(executor.alarms.count == 1)
        executor.advance(by: IdleMemory.patience * 2)
        #expect(executor.alarms.isEmpty)
        #expect(returned.count == 1)
        #expect(segments.giveUpUnneeded().freedBytes == 0)
    }

    @Test func `what a busy node needs again and again it keeps`() {
        for _ in 1...20 {
            flood(40)
            executor.advance(by: IdleMemory.patience)
        }
        #expect(executor.alarms.count == 1)
        #expect(returned.count == 0)
        executor.advance(by: IdleMemory.patience * 2)
        #expect(returned.count == 1)
    }

    @Test func `for little the kernel is not asked, until it has come to something`() {
        // Of four large segments two stay in any case.
        let freed = 2 * SegmentPool.largeBytes
        let rounds = (IdleMemory.worthwhileBytes + freed - 1) / freed
        for round in 1...(2 * rounds) {
            flood(4)
            executor.advance(by: IdleMemory.distance)
            #expect(returned.count == round / rounds, "after round \(round)")
        }
    }

    @Test func `a steady need above what always stays does not keep the kernel from what a flood left`() {
        for step in 1...12 {
            flood(step == 1 ? 60 : 20)
            executor.advance(by: IdleMemory.patience)
        }
        #expect(returned.count == 1)
    }

    @Test func `the kernel is asked once in ten seconds at most, and what came meanwhile is not forgotten`() {
        for _ in 1...8 {
            flood(40)
            executor.advance(by: IdleMemory.distance / 10)
        }
        #expect(returned.count == 1)
        executor.advance(by: IdleMemory.distance)
        #expect(returned.count == 2)
        #expect(executor.alarms.isEmpty)
    }

    @Test func `it keeps no pool alive`() {
        weak var watched: IdleMemory.Pools?
        do {
            let idle = IdleMemory(on: executor, clock: executor) {}
            let pools = IdleMemory.Pools(PoolTerms(keepBytes: 1, idleBytes: 0) { idle.appeared() })
            idle.watch(pools)
            watched = pools
            #expect(watched != nil)
        }
        #expect(watched == nil)
    }
}
