import ConclaveConsensusCore
import ConclaveConsensusTrials
import Foundation
import Testing

@Suite struct TrialTests {
    /// More of them by `CONCLAVE_SEEDS=1000`, from another first one by `CONCLAVE_FIRST_SEED`.
    static let seeds: Range<UInt64> = {
        let environment = ProcessInfo.processInfo.environment
        let count = environment["CONCLAVE_SEEDS"].flatMap { UInt64($0) } ?? 4
        let first = environment["CONCLAVE_FIRST_SEED"].flatMap { UInt64($0) } ?? 0
        return first..<first + count
    }()

    @Test(arguments: [
        (4, 1, TrialPlan.Weights.equal), (7, 2, .equal), (10, 3, .equal), (4, 1, .random), (7, 2, .random),
    ])
    func `with as many liars as the bound allows all others agree, and go on when the network heals`(
        _ validators: Int, _ liars: Int, _ weights: TrialPlan.Weights
    ) {
        for seed in Self.seeds {
            var plan = TrialPlan(seed: seed, validators: validators, liars: liars)
            plan.weights = weights
            var trial = Trial(plan)
            let violation = trial.run().violation
            let isKept = violation == nil
            #expect(
                isKept, "n \(validators), \(weights) weights, seed \(seed): \(violation?.description ?? "")")
        }
    }

    @Test(arguments: TrialPlan.Lying.allCases)
    func `A19 leaders who are silent, propose twice or say anything stop nobody`(_ lying: TrialPlan.Lying) {
        for seed in 0..<10 as Range<UInt64> {
            var plan = TrialPlan(seed: seed, validators: 4, liars: 1)
            plan.lying = lying
            var trial = Trial(plan)
            let violation = trial.run().violation
            let isKept = violation == nil
            #expect(isKept, "seed \(seed): \(violation?.description ?? "")")
        }
    }

    @Test(arguments: [(4, 1), (7, 2)]) func `real signatures lead to the same as those of the stand-in`(
        _ validators: Int, _ liars: Int
    ) {
        for seed in Self.seeds.prefix(3) {
            var plan = TrialPlan(seed: seed, validators: validators, liars: liars)
            plan.signatures = .real
            var trial = Trial(plan)
            let violation = trial.run().violation
            #expect(violation == nil, "seed \(seed)")
        }
    }

    @Test(arguments: [(4, 1), (7, 2)]) func `a seed has one history`(_ validators: Int, _ liars: Int) {
        for seed in Self.seeds {
            let plan = TrialPlan(seed: seed, validators: validators, liars: liars)
            var once = Trial(plan), again = Trial(plan)
            let first = once.run(), second = again.run()
            #expect(first.digest == second.digest)
            #expect(first.events == second.events)
        }
    }

    @Test func `seeds differ, and lead over several epochs, with evidence of those who lie`() {
        var digests: Set<UInt64> = []
        var highest: UInt64 = 0, evidence = 0
        for seed in Self.seeds {
            var trial = Trial(TrialPlan(seed: seed, validators: 4, liars: 1))
            let outcome = trial.run()
            digests.insert(outcome.digest)
            highest = max(highest, outcome.heights.max() ?? 0)
            evidence += outcome.evidence
        }
        #expect(digests.count == Self.seeds.count)
        #expect(highest > 8)
        #expect(evidence > 0)
    }

    @Test(arguments: [4, 7]) func `messages that take three times as long as was thought stop nobody`(
        _ validators: Int
    ) {
        for seed in Self.seeds.prefix(3) {
            var plan = TrialPlan(seed: seed, validators: validators, liars: (validators - 1) / 3)
            plan.trueDelay = 3
            plan.patience = 400
            var trial = Trial(plan)
            let violation = trial.run().violation
            #expect(violation == nil, "seed \(seed): \(violation?.description ?? "")")
        }
    }

    @Test(arguments: [1, 4, 10]) func `in calm weather nobody is nullified, refused or asked for long`(
        _ validators: Int
    ) {
        var plan = TrialPlan(seed: 1, validators: validators, liars: 0)
        plan.weather = .calm
        plan.heightsAfterHeal = 20
        var trial = Trial(plan)
        let outcome = trial.run()
        #expect(outcome.violation == nil)
        #expect(outcome.statistics.viewsNullified == 0)
        #expect(outcome.statistics.evidenceFound == 0)
    }
}
