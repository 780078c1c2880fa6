import ConclavePrimitives
import Testing

@testable import ConclaveTransport

@Suite struct QueueMemoryTests {
    @Test func `the floor is there when the budget is used up, and not a byte more`() {
        let budget = MemoryBudget(limit: 1_000)
        var greedy = QueueMemory(budget, floor: 0), modest = QueueMemory(budget, floor: 100)
        #expect(greedy.take(1_000) == true)
        #expect(modest.take(100) == true)
        #expect(modest.take(1) == false)
        #expect(modest.held == 100)
        budget.give(greedy.release(1_000))
        #expect(modest.take(1) == true)
    }

    @Test func `when a whole lease is not there any more, what is needed is taken`() {
        let budget = MemoryBudget(limit: MemoryAccount.lease + 10)
        var first = QueueMemory(budget, floor: 0), second = QueueMemory(budget, floor: 0)
        #expect(first.take(1) == true)
        #expect(second.take(10) == true)
        #expect(second.take(1) == false)
        #expect(budget.used == MemoryAccount.lease + 10)
    }

    @Test func `what must not be lost is taken above the limit, and says so`() {
        let budget = MemoryBudget(limit: 100)
        var queue = QueueMemory(budget, floor: 50)
        let first = queue.takeRegardless(150), second = queue.takeRegardless(200)
        #expect(first && !second)
        #expect(queue.held == 350 && budget.used == 300)
        budget.give(queue.releaseAll())
        #expect(queue.held == 0 && budget.used == 0)
    }

    /// A million steps of thirty queues beside a model that knows only what each holds.
    @Test(arguments: [1, 2, 3, 4] as [UInt64]) func `random queues never hold more than floors and budget`(
        seed: UInt64
    ) {
        var random = SplitMix64(seed: seed)
        let floor = 10_000, limit = 1_000_000
        let budget = MemoryBudget(limit: limit)
        var queues = Array(repeating: QueueMemory(budget, floor: floor), count: 30)
        var model = Array(repeating: 0, count: 30)
        var refused = 0, granted = 0
        for _ in 0..<100_000 {
            let place = Int.random(in: queues.indices, using: &random)
            if Bool.random(using: &random) {
                let bytes = Int.random(in: 0...80_000, using: &random)
                let isTaken = queues[place].take(bytes)
                if isTaken { model[place] += bytes }
                // Within its floor nothing is ever refused, and with a lease free for everyone nothing is.
                if model[place] + bytes <= floor { #expect(isTaken) }
                if isTaken { granted += 1 } else { refused += 1 }
            } else {
                let bytes = Int.random(in: 0...model[place], using: &random)
                budget.give(queues[place].release(bytes))
                model[place] -= bytes
            }
            let above = model.reduce(0) { $0 + max(0, $1 - floor) }
            guard queues[place].held == model[place], budget.used >= above, budget.used <= limit else {
                Issue.record("held \(queues[place].held) of \(model[place]), \(budget.used) for \(above)")
                return
            }
        }
        #expect(refused > 1_000 && granted > 1_000)
        for place in queues.indices { budget.give(queues[place].releaseAll()) }
        #expect(budget.used == 0)
    }
}
