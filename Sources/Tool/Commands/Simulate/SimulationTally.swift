import ConclavePrimitives
import ConclaveScenarios

/// What came of the seeds so far. Several threads finish them in any order; here they come back into theirs,
/// so that the same seeds always give the same lines and the same digest.
package struct SimulationTally: Sendable {
    package let scenario: String
    package let seeds: Range<Int>
    /// Seeds whose turn has come, and which of those failed.
    package private(set) var done = 0
    package private(set) var failed: [Int] = []

    /// Those that wait for one before them.
    private var early = SortedArray<Int, SeedOutcome>()
    private var next: Int
    private var digest: UInt64 = 0xCBF2_9CE4_8422_2325
    private var virtualTime = Duration.zero

    package init(_ plan: SimulationPlan) {
        scenario = plan.scenario.name
        seeds = plan.seeds
        next = plan.seeds.lowerBound
    }

    /// Takes an outcome; returns those whose turn has come.
    package mutating func add(_ outcome: SeedOutcome) -> [SeedOutcome] {
        early[outcome.seed] = outcome
        var turn: [SeedOutcome] = []
        while let outcome = early[next] {
            early[next] = nil
            turn.append(outcome)
            count(outcome)
            next += 1
        }
        return turn
    }

    /// No more will come: returns those that waited for one that was called off.
    package mutating func close() -> [SeedOutcome] {
        let rest = early.values
        early = SortedArray()
        for outcome in rest { count(outcome) }
        return rest
    }

    private mutating func count(_ outcome: SeedOutcome) {
        done += 1
        if outcome.failure != nil { failed.append(outcome.seed) }
        virtualTime += outcome.virtualTime
        for word in [UInt64(outcome.seed), outcome.digest] {
            let mixed = (digest ^ word) &* 0x9E37_79B9_7F4A_7C15
            digest = mixed << 29 | mixed >> 35
        }
    }

    package func summary(wallSeconds: Double) -> SimulationSummary {
        SimulationSummary(
            scenario: scenario, seeds: done, wanted: seeds.count, failed: failed, digest: digest,
            virtualSeconds: virtualTime.inSeconds, wallSeconds: wallSeconds)
    }
}
