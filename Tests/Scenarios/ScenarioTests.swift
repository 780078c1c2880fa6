import ConclaveScenarios
import Glibc
import Testing

@Suite struct ScenarioTests {
    /// Seeds of each story; `SEEDS=1000` in the environment for a long run, best in a release build.
    static let seeds = unsafe getenv("SEEDS").flatMap { unsafe UInt64(String(cString: $0)) } ?? 1

    /// Fewer than the stories have, so that a debug build tells them all in a minute or two.
    static let casts = [
        "epochs-overlap": 5, "epochs-apart": 4, "addresses-change": 4, "poisoned": 6, "slow-readers": 4,
        "flood": 3, "skew": 4, "liar": 3, "mixed-wire": 4, "rolling-upgrade": 6,
        "chain": 4,
    ]

    @Test(arguments: Scenario.all.map(\.name), StoryMode.allCases)
    func `every seed of the story comes out well in either mode, and has one history`(
        name: String, mode: StoryMode
    ) throws {
        var scenario = try #require(Scenario.named(name))
        guard scenario.modes.contains(mode) else { return }
        scenario.mode = mode
        scenario.validators = Self.casts[name] ?? scenario.validators
        for seed in 0..<Self.seeds {
            let verdict = scenario.run(seed: seed)
            #expect(verdict.failure == nil, "\(name) \(seed): \(verdict.report ?? "")")
            if seed == 0 { #expect(scenario.run(seed: seed).digest == verdict.digest) }
        }
    }

    @Test(arguments: ["restart-one", "restart-third", "restart-all"], 100..<102 as Range<UInt64>)
    func `A43 whoever restarts, and if it is everybody, all are connected again`(
        name: String, seed: UInt64
    ) throws {
        let verdict = try #require(Scenario.named(name)).run(seed: seed)
        #expect(verdict.failure == nil, "\(name) \(seed): \(verdict.report ?? "")")
    }

    @Test(arguments: StoryMode.allCases)
    func `A24 clocks within the bound connect, one beyond it is refused until it is set right`(
        mode: StoryMode
    ) {
        for seed in 100..<102 as Range<UInt64> { expectGood(.skew, seed, mode, validators: 4) }
    }

    @Test(arguments: StoryMode.allCases)
    func `A47 who stays in the set keeps its connection, ten times over`(mode: StoryMode) {
        expectGood(.epochsOverlap, 100, mode, validators: 5)
    }

    @Test(arguments: StoryMode.allCases)
    func `a liar harms nobody but itself, whatever order it lies in`(mode: StoryMode) {
        for seed in 100..<103 as Range<UInt64> { expectGood(.liar, seed, mode, validators: 3) }
    }

    @Test(arguments: ["mesh", "crossed-dials", "change-of-set", "liar", "flood"], StoryMode.allCases)
    func `stories come out well in the commonware profile too`(name: String, mode: StoryMode) throws {
        var scenario = try #require(Scenario.named(name))
        scenario.wire = .commonware
        expectGood(scenario, 200, mode, validators: 4)
    }

    @Test func `a block of which a torn batch left the header alone is asked for again`() throws {
        let verdict = try #require(Scenario.named("chain")).run(seed: 55)
        #expect(verdict.failure == nil, "\(verdict.report ?? "")")
    }

    @Test func `30 validators find each other through one bootstrapper`() {
        var scenario = Scenario.mesh
        scenario.chatter = .silence
        expectGood(scenario, 0, .discovery, validators: 30)
    }

    private func expectGood(_ scenario: Scenario, _ seed: UInt64, _ mode: StoryMode, validators: Int) {
        var scenario = scenario
        scenario.mode = mode
        scenario.validators = validators
        let verdict = scenario.run(seed: seed)
        #expect(verdict.failure == nil, "\(scenario.name) \(seed): \(verdict.report ?? "")")
    }
}
