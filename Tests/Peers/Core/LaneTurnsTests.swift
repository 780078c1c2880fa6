import ConclavePeersCore
import ConclavePrimitives
import Testing

@Suite struct LaneTurnsTests {
    @Test func `an empty inbox is nobody's turn`() {
        var turns = LaneTurns(quantum: 100)
        #expect(turns.front == nil)
        turns.took(cost: 5)
        turns.emptied(3)
        #expect(turns.front == nil && turns.waiting(on: 3) == 0)
    }

    @Test func `one lane is served to its end`() {
        var turns = LaneTurns(quantum: 100)
        for _ in 0..<10 { turns.arrived(on: 7, cost: 60) }
        for left in (0..<10).reversed() {
            #expect(turns.front == 7)
            turns.took(cost: 60)
            #expect(turns.waiting(on: 7) == left * 60)
        }
        #expect(turns.front == nil)
    }

    @Test func `small and large messages get the same bytes`() {
        var turns = LaneTurns(quantum: 100)
        for _ in 0..<10_000 { turns.arrived(on: 0, cost: 1) }
        for _ in 0..<100 { turns.arrived(on: 1, cost: 100) }
        var served = [0, 0]
        for _ in 0..<5_050 {
            guard let lane = turns.front else { return #expect(Bool(false)) }
            served[lane] += lane == 0 ? 1 : 100
            turns.took(cost: lane == 0 ? 1 : 100)
        }
        #expect(abs(served[0] - served[1]) < 300)
    }

    @Test func `a flood costs another lane one turn of waiting`() {
        var turns = LaneTurns(quantum: 100)
        for _ in 0..<1_000 { turns.arrived(on: 0, cost: 10) }
        turns.arrived(on: 1, cost: 10)
        var steps = 0
        while turns.front == 0 {
            turns.took(cost: 10)
            steps += 1
        }
        #expect(steps == 10 && turns.front == 1)
    }

    @Test(arguments: [(1, 2, false), (2, 3, true), (2, 4, true), (2, 5, false), (3, 5, true)])
    func `turns are long while half of the open lanes or more are full`(
        full: Int, open: Int, isLong: Bool
    ) {
        var turns = LaneTurns(quantum: 100)
        for lane in 0..<full { turns.arrived(on: lane, cost: 100 * LaneTurns.longTurn) }
        #expect(turns.turn(of: open) == (isLong ? 100 * LaneTurns.longTurn : 100))
    }

    @Test func `a lane that holds less than a long turn takes a short one, however full the others are`() {
        var turns = LaneTurns(quantum: 100)
        turns.arrived(on: 0, cost: 100 * LaneTurns.longTurn - 1)
        for lane in 1...4 { turns.arrived(on: lane, cost: 100 * LaneTurns.longTurn) }
        #expect(turns.front == 0 && turns.turn(of: 5) == 100)
        turns.took(cost: 100)
        #expect(turns.front == 1 && turns.turn(of: 5) == 100 * LaneTurns.longTurn)
    }

    @Test func `lanes that were emptied are full no longer`() {
        var turns = LaneTurns(quantum: 100)
        for lane in 0..<2 { turns.arrived(on: lane, cost: 100 * LaneTurns.longTurn) }
        turns.emptied(1)
        turns.arrived(on: 1, cost: 1)
        #expect(turns.turn(of: 2) == 100)
    }

    @Test func `who comes while others take long turns goes before their next ones`() {
        var turns = LaneTurns(quantum: 100)
        for lane in 0..<3 { turns.arrived(on: lane, cost: 1_000_000) }
        for _ in 0..<4 { turns.took(cost: turns.turn(of: 3)) }
        turns.arrived(on: 3, cost: 50)
        var served = 0
        while let lane = turns.front, lane != 3 {
            let cost = turns.turn(of: 4)
            turns.took(cost: cost)
            served += cost
        }
        #expect(served <= 2 * 100 * LaneTurns.longTurn)
    }

    @Test func `full lanes get the same bytes`() {
        var turns = LaneTurns(quantum: 100)
        for lane in 0..<3 { for _ in 0..<3_000 { turns.arrived(on: lane, cost: 100) } }
        var served = [0, 0, 0]
        for _ in 0..<100 {
            guard let lane = turns.front else { return #expect(Bool(false)) }
            let cost = turns.turn(of: 3)
            served[lane] += cost
            turns.took(cost: cost)
        }
        #expect((served.max() ?? 0) - (served.min() ?? 0) <= 300 * LaneTurns.longTurn)
    }

    @Test func `who empties its lane and comes back waits for all others`() {
        var turns = LaneTurns(quantum: 100)
        for lane in 0..<3 { for _ in 0..<100 { turns.arrived(on: lane, cost: 100) } }
        turns.arrived(on: 3, cost: 1)
        var order: [Int] = []
        for _ in 0..<40 {
            guard let lane = turns.front else { return #expect(Bool(false)) }
            order.append(lane)
            turns.took(cost: lane == 3 ? 1 : 100)
            if lane == 3 { turns.arrived(on: 3, cost: 1) }
        }
        #expect(order == Array((0..<10).map { _ in [0, 1, 2, 3] }.joined()))
    }

    @Test func `a lane that is thrown away leaves the others in their order`() {
        var turns = LaneTurns(quantum: 10)
        for lane in 0..<4 { for _ in 0..<2 { turns.arrived(on: lane, cost: 10) } }
        turns.emptied(0)
        turns.emptied(2)
        var order: [Int] = []
        while let lane = turns.front {
            order.append(lane)
            turns.took(cost: 10)
        }
        #expect(order == [1, 3, 1, 3])
        turns.arrived(on: 2, cost: 1)
        #expect(turns.front == 2 && turns.waiting(on: 2) == 1)
    }

    @Test func `a message without bytes is not free`() {
        var turns = LaneTurns(quantum: 3)
        for _ in 0..<10 { turns.arrived(on: 0, cost: 0) }
        turns.arrived(on: 1, cost: 3)
        var served = 0
        while turns.front == 0 {
            turns.took(cost: 0)
            served += 1
        }
        #expect(served == 3)
    }

    @Test(arguments: 0..<100)
    func `over random histories nothing is lost, nobody starves and bytes are fair`(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let quantum = Int.random(in: 1...2_000, using: &random)
        var turns = LaneTurns(quantum: quantum)
        var queues = [[Int]](repeating: [], count: 6)
        // Bytes served to each lane since it last had nothing waiting.
        var served = [Int](repeating: 0, count: 6)
        for _ in 0..<500 {
            if Int.random(in: 0..<10, using: &random) < 5 {
                let lane = Int.random(in: 0..<6, using: &random)
                let cost = Int.random(in: 1...quantum, using: &random)
                if queues[lane].isEmpty { served = [Int](repeating: 0, count: 6) }
                queues[lane].append(cost)
                turns.arrived(on: lane, cost: cost)
            } else if let lane = turns.front {
                let cost = queues[lane].removeFirst()
                served[lane] += cost
                turns.took(cost: cost)
                if queues[lane].isEmpty { served = [Int](repeating: 0, count: 6) }
            }
            #expect((turns.front == nil) == queues.allSatisfy(\.isEmpty))
            #expect((0..<6).map { turns.waiting(on: $0) } == queues.map { $0.reduce(0, +) })
            let busy = (0..<6).filter { !queues[$0].isEmpty }.map { served[$0] }
            #expect((busy.max() ?? 0) - (busy.min() ?? 0) < 3 * quantum)
        }
    }

    @Test func `in steady state the lanes keep their memory`() {
        var turns = LaneTurns(quantum: 100)
        for lane in 0..<1_000 { turns.arrived(on: lane, cost: 100) }
        for _ in 0..<10_000 {
            guard let lane = turns.front else { return #expect(Bool(false)) }
            turns.took(cost: 100)
            turns.arrived(on: lane, cost: 100)
        }
        #expect((0..<1_000).allSatisfy { turns.waiting(on: $0) == 100 })
    }
}
