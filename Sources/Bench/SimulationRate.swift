import ConclaveArguments
import ConclavePrimitives
import ConclaveScenarios
import ConclaveSimulation
import ConclaveSystem

/// How long it takes to live through ten seconds of 100 validators in a mesh who broadcast each 100 ms, and
/// through the standard story of 25 validators.
enum SimulationRate {
    static let name = "simulation"

    private static let mesh = Scenario(
        "mesh of 100", "100 validators broadcast each 100 ms for ten seconds", validators: 100,
        chatter: .steady
    ) { stage in
        try stage.pass(.seconds(10))
    }

    static func run(_ options: BenchOptions) throws -> Int32 {
        let seeds: Range<UInt64> = 0..<UInt64(options.rounds)
        for scenario in [mesh, Scenario.standard] {
            let clock = SystemClock(), start = clock.now
            let verdicts = seeds.map { scenario.run(seed: $0) }
            let seconds = start.duration(to: clock.now).inSeconds / Double(options.rounds)
            for verdict in verdicts { complain(verdict) }
            let steps = verdicts.reduce(0) { $0 + $1.steps } / options.rounds
            let line: JSONLine = [
                "benchmark": .string(name), "scenario": .string(scenario.name),
                "seconds": .number(seconds, decimals: 3), "steps": .number(Double(steps), decimals: 0),
            ]
            BenchProgram.say(
                options.isJSON
                    ? line.text : "\(scenario.name): \(seconds) s a seed, \(steps) steps")
        }
        return 0
    }

    private static func complain(_ verdict: Verdict) {
        guard let failure = verdict.failure else { return }
        BenchProgram.complain("\(verdict.scenario) \(verdict.seed): \(failure)")
    }
}
