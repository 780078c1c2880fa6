import ConclaveScenarios
import Testing

@Suite struct ScenarioTests {
    /// Many seeds of each story; every tenth is run twice and must give the same history.
    @Test(arguments: Scenario.all.map(\.name))
    func `every seed of the story comes out well`(name: String) throws {
        let scenario = try #require(Scenario.named(name))
        for seed in 0..<UInt64(10) {
            let verdict = scenario.run(seed: seed)
            #expect(verdict.failure == nil, "\(name) \(seed): \(verdict.report ?? "")")
            if seed == 0 { #expect(scenario.run(seed: seed).digest == verdict.digest) }
        }
    }
}
