import Conclave
import ConclaveConsensusTrials
import ConclaveSimulation

/// Stories of validators that agree about blocks.
extension Scenario {
    /// Machines in memory, without the peer layer: thousands of histories cost little.
    public static let consensus = Scenario(
        "consensus", "up to a third lie while nodes crash and the network falls apart; then it heals",
        validators: 4, wires: []
    ) { scenario, telling in
        var trial = Trial(
            .drawn(seed: telling.seed, validators: scenario.validators),
            keep: telling.isHistoryWanted ? telling.keep : 0)
        let outcome = trial.run(isCalledOff: telling.isCalledOff)
        return Verdict(
            scenario: scenario.name, seed: telling.seed, digest: outcome.digest, virtualTime: outcome.lasted,
            steps: outcome.events, failure: outcome.violation.map { "\($0)" }, report: nil,
            history: outcome.trace)
    }
}

extension Scenario {
    /// The whole of it: peer layer, engine, journal, and sets that change with every epoch.
    public static let chain = Scenario(
        "chain", "a chain on the whole stack, through epochs and twelve seconds of troubles, then on again",
        validators: 5
    ) { scenario, telling in
        telling.verdict(of: scenario.name) {
            try ChainStage(scenario, ChainRules(), telling)
        } play: { stage in
            try stage.startAll()
            try stage.expectProgress(10, within: .seconds(30))
            try stage.play(
                FaultPlan(
                    seed: stage.random.next(), nodes: scenario.validators, troubles: 8, length: .seconds(12)))
            try stage.expectProgress(30, within: .seconds(60))
            for validator in stage.validators { try stage.crash(validator, .powerLost) }
            try stage.pass(.seconds(1))
            for validator in stage.validators { try stage.start(validator) }
            try stage.expectProgress(10, within: .seconds(30))
            try stage.end()
        }
    }
}
