import ConclaveConsensusTrials
import Foundation
import Testing

@Suite struct TrialTests {
    /// More of them by `CONCLAVE_SEEDS=1000`, from another first one by `CONCLAVE_FIRST_SEED`.
    static let seeds: Range<UInt64> = {
        let environment = ProcessInfo.processInfo.environment
        let count = environment["CONCLAVE_SEEDS"].flatMap { UInt64($0) } ?? 12
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
            let outcome = trial.run()
            let isKept = outcome.violation == nil
            #expect(isKept, "n \(validators), \(weights) weights, seed \(seed): \(outcome.violation?.description ?? "")")
        }
    }
}
