import ConclaveScenarios
import ConclaveTool
import Testing

@Suite struct SimulationPlanTests {
    static let plain = Scenario("plain", "nothing happens", validators: 2) { _ in }

    @Test(arguments: [
        (["--scenario", "restart-on"], "unknown scenario 'restart-on'; did you mean restart-one?"),
        (["--scenario", "standrad"], "unknown scenario 'standrad'; did you mean standard?"),
        (["--scenario", "earthquake"], "unknown scenario 'earthquake'; conclave simulate lists them"),
        (["--seeds", "3"], "--seeds is of --scenario NAME, which is missing"),
        (["--first", "3"], "--first is of --scenario NAME, which is missing"),
        (["--validators", "3"], "--validators is of --scenario NAME, which is missing"),
        (["--mode", "lookup"], "--mode is of --scenario NAME, which is missing"),
        (["--wire", "mixed"], "--wire is of --scenario NAME, which is missing"),
        (["--scenario", "mesh", "--mode", "magic"], "--mode: 'magic' is not lookup or discovery"),
        (
            ["--scenario", "consensus", "--wire", "mixed"],
            "--wire mixed is not for consensus: its validators have no links"
        ),
        (["--trace"], "--trace is of --scenario NAME, which is missing"),
        (
            ["--scenario", "mesh", "--trace", "--seeds", "2"],
            "--trace prints the history of one seed, not of 2"
        ),
        (["--scenario", "mesh", "--seeds", "0"], "--seeds: '0' is not a whole number from 1 to 1000000"),
        (
            ["--scenario", "mesh", "--first", "-1"],
            "--first: '-1' is not a whole number from 0 to 9007199254740992"
        ),
        (
            ["--scenario", "mesh", "--validators", "1"],
            "--validators: '1' is not a whole number from 2 to 100"
        ),
    ])
    func `each mistake is one line and exit code 64`(words: [String], message: String) {
        let recording = Recording()
        #expect(recording.run(["simulate"] + words) == .usage)
        #expect(recording.complaints == ["conclave: \(message)"])
        #expect(recording.results == [])
    }

    @Test func `few seeds all run twice, of many every tenth`() {
        let few = SimulationPlan(Self.plain, seeds: 7..<17)
        #expect(few.seeds.allSatisfy { few.runsTwice($0) })
        let many = SimulationPlan(Self.plain, seeds: 7..<37)
        #expect(many.seeds.filter { many.runsTwice($0) } == [7, 17, 27])
    }

    @Test func `a replay names all that makes the history`() {
        let usual = SimulationPlan(Self.plain, seeds: 0..<9)
        #expect(usual.replay(of: 7) == "conclave simulate --scenario plain --first 7 --trace")
        let wide = SimulationPlan(Self.plain, seeds: 0..<9, validators: 4)
        let found = SimulationPlan(Self.plain, seeds: 0..<9, mode: .discovery)
        #expect(
            found.replay(of: 8) == "conclave simulate --scenario plain --first 8 --mode discovery --trace")
        #expect(wide.replay(of: 8) == "conclave simulate --scenario plain --first 8 --validators 4 --trace")
    }
}
