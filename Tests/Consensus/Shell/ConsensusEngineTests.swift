import Conclave
import ConclaveConsensus
import ConclaveScenarios
import ConclaveSimulation
import Testing

/// Four validators in the simulation, with everything that they have in production but the disk and the
/// sockets. The stage sees to agreement and validity, and throws as soon as either is broken.
@Suite struct ConsensusEngineTests {
    private func play(seed: UInt64, epochLength: UInt64, _ story: (ChainStage) throws -> Void) throws {
        let rules = ChainRules(pause: .milliseconds(50), epochLength: epochLength, membership: .all)
        var scenario = Scenario.chain
        scenario.validators = 4
        let stage = try ChainStage(scenario, rules, Telling(seed: seed))
        defer { stage.simulation.end() }
        try stage.startAll()
        try story(stage)
        try stage.end()
    }

    @Test(arguments: [1, 2, 3] as [UInt64]) func `four validators agree on a chain`(seed: UInt64) throws {
        try play(seed: seed, epochLength: 1_000) { stage in
            try stage.expectProgress(50, within: .seconds(10))
        }
    }

    @Test func `epochs follow one another`() throws {
        try play(seed: 7, epochLength: 10) { stage in
            try stage.expectProgress(50, within: .seconds(10))
        }
    }

    @Test func `one that was killed comes back and catches up, and all go on after a power cut`() throws {
        try play(seed: 9, epochLength: 40) { stage in
            try stage.expectProgress(20, within: .seconds(10))
            let victim = stage.validators[2]
            try stage.crash(victim, .killed)
            let before = stage.books.heights
            try stage.pass(.seconds(5))
            #expect(stage.books.heights[2] == before[2])
            #expect(stage.books.heights[0] > before[0] + 20)
            try stage.start(victim)
            try stage.expectProgress(5, within: .seconds(10))
            for validator in stage.validators { try stage.crash(validator, .powerLost) }
            for validator in stage.validators { try stage.start(validator) }
            // Links are made anew, the journals are read, and everybody has another block.
            try stage.expectProgress(1, within: .seconds(3))
            try stage.expectProgress(20, within: .seconds(5))
        }
    }
}
