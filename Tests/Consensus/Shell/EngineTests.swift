import Conclave
import ConclaveConsensus
import ConclaveScenarios
import ConclaveSimulation
import Testing

/// How long a chain stands still when its validators die, in virtual time.
@Suite struct EngineTests {
    private static let delta = Duration.milliseconds(100), pause = Duration.milliseconds(20)
    /// One way, without jitter or loss; and the longest that a disk takes for a sync.
    private static let latency = Duration.milliseconds(10), sync = DiskConditions.usual.latency.upperBound

    private func play(
        seed: UInt64, epochLength: UInt64, pause: Duration = pause, _ story: (ChainStage) throws -> Void
    ) throws {
        let rules = ChainRules(pause: pause, epochLength: epochLength, delta: Self.delta, membership: .all)
        var scenario = Scenario.chain
        scenario.validators = 4
        scenario.clock = .none
        scenario.disk = .usual
        scenario.conditions = .rack
        scenario.conditions.latency = Self.latency...Self.latency
        scenario.conditions.jitter = .zero
        let stage = try ChainStage(scenario, rules, Telling(seed: seed))
        defer { stage.simulation.end() }
        try stage.startAll()
        try stage.expectProgress(20, within: .seconds(10))
        try story(stage)
        try stage.end()
    }

    /// The longest that a chain stands still while one of four is away, as the timers explain it.
    ///
    /// Its leader dies when it has told one validator of its proposal, which then waits until the view must
    /// be over, 3Δ; the other two wait for the leader, 2Δ, and are no quorum without the first. Each step
    /// that follows is a sync and a hop: the vote to give the view up; and, of the next leader's block, which
    /// is built for as long as leaders wait, proposal, notarization and finalization, which is on the disk
    /// before it is delivered.
    private static let explained = delta * 3 + pause + (sync + latency) * 4 + sync

    @Test(arguments: 1...2 as ClosedRange<UInt64>)
    func `while one of four dies and comes back, the chain never stands still longer than timers explain`(
        seed: UInt64
    ) throws {
        try play(seed: seed, epochLength: 100_000) { stage in
            var random = SplitMix64(seed: seed)
            stage.books.forgetTimes()
            let end = stage.simulation.now + .seconds(60)
            while stage.simulation.now < end {
                let victim = stage.validators[Int.random(in: 0..<4, using: &random)]
                try stage.crash(victim, .killed)
                try stage.pass(.milliseconds(Int64.random(in: 1...2_000, using: &random)))
                try stage.start(victim)
                // It has what the others have, and its links.
                try stage.expectProgress(5, within: .seconds(5))
                try stage.pass(.milliseconds(Int64.random(in: 1_000...2_000, using: &random)))
            }
            let gap = stage.books.longestGap
            #expect(gap <= Self.explained, "\(gap) of \(Self.explained)")
            // A leader died, or the bound says nothing.
            #expect(gap >= Self.delta * 2, "\(gap)")
        }
    }

    @Test(arguments: 5...6 as ClosedRange<UInt64>, Crash.allCases)
    func `after all four have died together each has another block within three seconds`(
        seed: UInt64, crash: Crash
    ) throws {
        try play(seed: seed, epochLength: 40) { stage in
            for _ in 0..<2 {
                let before = stage.books.heights
                for validator in stage.validators { try stage.crash(validator, crash) }
                try stage.pass(.milliseconds(500))
                #expect(stage.books.heights == before)
                for validator in stage.validators { try stage.start(validator) }
                // One more than anybody had, at each of them; the books see that it follows what was final.
                try stage.expectProgress(1, within: .seconds(3))
                try stage.expectProgress(20, within: .seconds(5))
            }
        }
    }

    @Test func `one that missed a hundred epochs has caught up in a moment`() throws {
        try play(seed: 9, epochLength: 4) { stage in
            let victim = stage.validators[1]
            try stage.crash(victim, .killed)
            while try #require(stage.books.heights.max()) < 450 { try stage.pass(.seconds(1)) }
            let missed = stage.books.heights[0] - stage.books.heights[1]
            #expect(missed > 400)
            try stage.start(victim)
            try stage.expectProgress(1, within: .seconds(15))
        }
    }

    @Test func `one that missed much of an epoch and dies amid the way back caught up goes on from there`()
        throws
    {
        try play(seed: 10, epochLength: 100_000, pause: .zero) { stage in
            let victim = stage.validators[3]
            try stage.crash(victim, .powerLost)
            while try #require(stage.books.heights.max()) < 2_000 { try stage.pass(.seconds(1)) }
            try stage.start(victim)
            try stage.pass(.milliseconds(500))
            try stage.crash(victim, .powerLost)
            try stage.start(victim)
            try stage.expectProgress(1, within: .seconds(15))
        }
    }
}
