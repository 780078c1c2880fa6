import ConclaveTool
import Testing

@Suite struct SimulationTallyTests {
    let plan = SimulationPlan(SimulationPlanTests.plain, seeds: 3..<7)

    static func outcome(_ seed: Int, failure: String? = nil) -> SeedOutcome {
        SeedOutcome(
            seed: seed, digest: UInt64(seed) &* 0x9E37_79B9_7F4A_7C15, virtualTime: .seconds(seed),
            failure: failure.map { SeedOutcome.Failure(reason: $0, lastEvents: ["     1.000 ms  c0 breaks"]) }
        )
    }

    func summary(_ seeds: [Int]) -> SimulationSummary {
        var tally = SimulationTally(plan)
        for seed in seeds { _ = tally.add(Self.outcome(seed)) }
        _ = tally.close()
        return tally.summary(wallSeconds: 1)
    }

    @Test func `outcomes come back in the order of their seeds`() {
        var tally = SimulationTally(plan)
        #expect(tally.add(Self.outcome(4)).isEmpty)
        #expect(tally.add(Self.outcome(6, failure: "no")).isEmpty)
        #expect(tally.done == 0)
        #expect(tally.add(Self.outcome(3)).map(\.seed) == [3, 4])
        #expect(tally.add(Self.outcome(5)).map(\.seed) == [5, 6])
        #expect(tally.done == 4 && tally.failed == [6])
        #expect(tally.close().isEmpty)
    }

    @Test func `the digest is of the seeds and not of their order, and each of them counts`() {
        #expect(summary([3, 4, 5, 6]) == summary([6, 4, 3, 5]))
        #expect(summary([3, 4, 5, 6]).digest != summary([3, 4, 5]).digest)
        #expect(summary([3, 4]).digest != summary([3, 5]).digest)
    }

    @Test func `what was done beyond a seed that was called off counts at the end`() {
        var tally = SimulationTally(plan)
        #expect(tally.add(Self.outcome(5)).isEmpty)
        #expect(tally.add(Self.outcome(6, failure: "no")).isEmpty)
        #expect(tally.close().map(\.seed) == [5, 6])
        #expect(tally.summary(wallSeconds: 1).seeds == 2)
        #expect(tally.failed == [6])
        #expect(tally.close().isEmpty)
    }
}
