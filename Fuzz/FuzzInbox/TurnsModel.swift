internal import ConclaveFuzzing
internal import ConclavePeersCore

/// Who was served how much while who else was waiting.
struct TurnsModel {
    private var isWaiting: [Bool]
    /// By pair: what the first was served more than the second since both have been waiting.
    private var lead: [[Int]]
    private var largest = 0

    init(lanes: Int) {
        isWaiting = [Bool](repeating: false, count: lanes)
        lead = [[Int]](repeating: [Int](repeating: 0, count: lanes), count: lanes)
    }

    mutating func waits(_ lane: Int) {
        guard !isWaiting[lane] else { return }
        isWaiting[lane] = true
        reset(lane)
    }

    mutating func served(_ lane: Int, _ cost: Int, isEmpty: Bool, quantum: Int) throws(Finding) {
        largest = max(largest, cost)
        let bound = 3 * max(LaneTurns.longTurn * quantum, largest)
        for other in lead.indices where other != lane && isWaiting[other] {
            lead[lane][other] += cost
            lead[other][lane] -= cost
            try expect(
                lead[lane][other] <= bound,
                "lane \(lane) is \(lead[lane][other]) bytes ahead of lane \(other)")
        }
        guard isEmpty else { return }
        isWaiting[lane] = false
        reset(lane)
    }

    private mutating func reset(_ lane: Int) {
        for other in lead.indices {
            lead[lane][other] = 0
            lead[other][lane] = 0
        }
    }
}
