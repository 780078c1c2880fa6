import ConclaveScenarios
import Glibc
import Testing

@Suite struct ScenarioTests {
    /// Seeds of each story; `SEEDS=1000` in the environment for a long run, best in a release build.
    static let seeds = unsafe getenv("SEEDS").flatMap { unsafe UInt64(String(cString: $0)) } ?? 1

    @Test(arguments: Scenario.all.map(\.name), StoryMode.allCases)
    func `every seed of the story comes out well in either mode`(name: String, mode: StoryMode) throws {
        var scenario = try #require(Scenario.named(name))
        scenario.mode = mode
        for seed in 0..<Self.seeds {
            let verdict = scenario.run(seed: seed)
            #expect(verdict.failure == nil, "\(name) \(seed): \(verdict.report ?? "")")
        }
    }

    @Test(arguments: ["restart-one", "restart-third", "restart-all"], 100..<102 as Range<UInt64>)
    func `A43 whoever restarts, and if it is everybody, all are connected again`(
        name: String, seed: UInt64
    ) throws {
        let verdict = try #require(Scenario.named(name)).run(seed: seed)
        #expect(verdict.failure == nil, "\(name) \(seed): \(verdict.report ?? "")")
    }

    @Test(arguments: Scenario.all.map(\.name), StoryMode.allCases)
    func `a seed of the story gives one history`(name: String, mode: StoryMode) throws {
        var scenario = try #require(Scenario.named(name))
        scenario.mode = mode
        #expect(scenario.run(seed: 1).digest == scenario.run(seed: 1).digest)
    }
}
