import ConclavePrimitives
import Testing

@testable import ConclaveTransport

@Suite struct MemoryBudgetTests {
    private final class Claimant: MemoryClaimant {
        private let calls = Lock(0)
        var count: Int { calls.withLock { $0 } }

        func memoryCameFree() { calls.withLock { $0 += 1 } }
    }

    @Test func `it gives what is wanted, then the rest, then nothing`() {
        let budget = MemoryBudget(limit: 100)
        #expect(budget.take(least: 10, wanted: 60) == 60)
        #expect(budget.take(least: 10, wanted: 60) == 40)
        #expect(budget.take(least: 1, wanted: 60) == 0)
        budget.give(30)
        #expect(budget.take(least: 31, wanted: 60) == 0)
        #expect(budget.take(least: 30, wanted: 30) == 30)
    }

    @Test func `a claimant hears once, when there is as much as it claimed`() {
        let budget = MemoryBudget(limit: 100), claimant = Claimant()
        #expect(budget.take(least: 100, wanted: 100) == 100)
        budget.claim(50, for: claimant)
        budget.give(49)
        #expect(claimant.count == 0)
        budget.give(1)
        #expect(claimant.count == 1)
        budget.give(10)
        #expect(claimant.count == 1)
    }

    @Test func `a claim that can be met is met at once, and one that is dropped never`() {
        let budget = MemoryBudget(limit: 100), quick = Claimant(), gone = Claimant()
        budget.claim(100, for: quick)
        #expect(quick.count == 1)
        #expect(budget.take(least: 100, wanted: 100) == 100)
        budget.claim(1, for: gone)
        budget.claim(1, for: gone)
        budget.drop(gone)
        budget.give(100)
        #expect(gone.count == 0)
    }
}
