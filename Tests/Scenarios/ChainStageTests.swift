import Conclave
import ConclaveSimulation
import Testing

@testable import ConclaveScenarios

@Suite struct ChainStageTests {
    @Test(arguments: [StoryWire.native, .commonware])
    func `validators of a chain speak the wire that the story names`(wire: StoryWire) throws {
        var scenario = Scenario.chain
        scenario.validators = 4
        scenario.wire = wire
        let stage = try ChainStage(scenario, ChainRules(), Telling(seed: 1))
        defer { stage.simulation.end() }
        try stage.startAll()
        try stage.expectProgress(3, within: .seconds(10))
        let validator = stage.validators[0], network = try #require(validator.network)
        let snapshot = try stage.simulation.perform(on: validator.node) { _ in await network.snapshot() }
        let spoken = try #require(snapshot).links.map(\.wire.wire.rawValue)
        #expect(spoken == [String](repeating: wire.rawValue, count: 3))
        try stage.end()
    }
}
