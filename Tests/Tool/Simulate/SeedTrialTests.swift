import ConclavePrimitives
import ConclaveScenarios
import ConclaveSimulation
import ConclaveTool
import Testing

@Suite struct SeedTrialTests {
    func outcome(
        _ telling: SimulationPlan.Telling = .outcome, _ story: @escaping @Sendable (Stage) throws -> Void
    ) -> SeedOutcome? {
        let scenario = Scenario("sample", "a sample", validators: 2, story: story)
        return SeedTrial(SimulationPlan(scenario, seeds: 5..<6, telling: telling)).outcome(of: 5)
    }

    final class Counter: Sendable {
        private let value = Lock(0)

        func next() -> Int {
            value.withLock { value in
                value += 1
                return value
            }
        }
    }

    @Test func `a seed whose story comes out well passes`() throws {
        let outcome = try #require(self.outcome { try $0.expectMesh() })
        #expect(outcome.seed == 5)
        #expect(outcome.failure == nil)
        #expect(outcome.virtualTime > .zero)
        #expect(outcome.history.isEmpty)
        let again = try #require(self.outcome { try $0.expectMesh() })
        #expect(again.digest == outcome.digest)
    }

    @Test func `a seed that fails says why, and what happened last`() throws {
        let outcome = try #require(
            self.outcome { stage in
                try stage.expectMesh()
                stage.simulation.note("the end is near")
                throw StoryFailure("it fell down")
            })
        let failure = try #require(outcome.failure)
        #expect(failure.reason == "it fell down")
        #expect(failure.lastEvents.last?.hasSuffix("the end is near") == true)
        #expect(failure.lastEvents.count == 20)
        #expect(!failure.lastEvents.contains { $0.contains("runs a job") })
        #expect(failure.report?.contains("validator-1") == true)
    }

    @Test func `a seed with two histories is not deterministic`() throws {
        let runs = Counter()
        let outcome = try #require(
            self.outcome { stage in
                stage.simulation.note("run \(runs.next())")
            })
        #expect(outcome.failure?.reason.hasPrefix("not deterministic: ") == true)
        #expect(runs.next() == 3)
    }

    @Test func `of many seeds a good one runs once, and one that fails twice`() {
        let runs = Counter()
        let scenario = Scenario("sample", "a sample", validators: 2) { stage in
            _ = runs.next()
            try stage.require("the seed is even", stage.simulation.seed.isMultiple(of: 2))
        }
        let trial = SeedTrial(SimulationPlan(scenario, seeds: 0..<40))
        #expect(trial.outcome(of: 2)?.failure == nil)
        #expect(runs.next() == 2)
        #expect(trial.outcome(of: 3)?.failure?.reason == "not so: the seed is even")
        #expect(runs.next() == 5)
    }

    @Test func `a trace begins at the beginning`() throws {
        let outcome = try #require(
            self.outcome(.history) { stage in
                stage.simulation.note("once upon a time")
                try stage.expectMesh()
            })
        #expect(outcome.history.contains { $0.hasSuffix("once upon a time") })
        #expect(outcome.history.contains { $0.contains("validator-0 dials") })
        #expect(outcome.history.contains { $0.contains("joins validator-") })
    }

    @Test func `a seed that is called off has no outcome`() {
        let scenario = Scenario("long", "has no end", validators: 2) { stage in
            while true { try stage.pass(.seconds(1)) }
        }
        let asked = Counter()
        let trial = SeedTrial(SimulationPlan(scenario, seeds: 0..<1))
        let outcome = trial.outcome(of: 0) { asked.next() > 10 }
        #expect(outcome == nil)
    }
}
