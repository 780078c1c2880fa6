internal import Conclave
package import ConclaveFuzzing
internal import ConclaveScenarios
internal import ConclaveSimulation

/// Three or four validators of production code in the simulation, of which one is captured: somebody has its
/// machine and its key, and speaks real handshakes and then whatever it likes. Meanwhile lines are cut,
/// processes die, clocks jump, sets change.
///
/// - Everything that holds in every story holds: books balance, bounds are kept, nobody is heard who is not
///   authorised, no message comes twice or out of order.
/// - As long as nothing else happens, the captured one harms nobody's connections but its own.
/// - Once it is over the others are a mesh again, and after the end nothing is left.
/// - The same input makes the same history.
package enum FuzzNetwork: FuzzTarget {
    package static func run(_ input: [UInt8]) throws(Finding) {
        var choices = Choices(input)
        let isTwice = choices.once(in: 16)
        let scenario = scenario(&choices, input)
        let seed = choices.seed()
        let verdict = scenario.run(seed: seed)
        if let failure = verdict.failure { throw Finding(failure + "\n" + (verdict.report ?? "")) }
        guard isTwice else { return }
        try expect(
            scenario.run(seed: seed).digest == verdict.digest, "the same input makes another history")
    }

    private static func scenario(_ choices: inout Choices, _ input: [UInt8]) -> Scenario {
        let mode = choices.element(of: StoryMode.allCases), wire = choices.element(of: StoryWire.allCases)
        let conditions = choices.element(of: [NetworkConditions.rack, tight, .world, .rough])
        let validators = choices.number(in: 3...4)
        // What the story chooses stands behind what was chosen here, and behind the seed.
        let rest = Array(input.suffix(max(0, choices.remaining - 2)))
        var scenario = Scenario(
            "fuzz", "one is captured, and everything else may go wrong too", validators: validators,
            conditions: conditions, profile: profile, chatter: chatter
        ) { stage in
            var play = try Play(stage, Choices(rest))
            try play.run()
        }
        scenario.mode = mode
        scenario.wire = wire
        return scenario
    }

    /// Lines that take little at once, so that ends come in the middle of a message.
    private static let tight: NetworkConditions = {
        var conditions = NetworkConditions.rack
        conditions.bufferBytes = 1_024...8_192
        conditions.bytesPerSecond = 500_000
        return conditions
    }()

    /// Everything soon, so that it happens within few virtual seconds.
    private static let profile: Profile = {
        var profile = Profile.scenario
        profile.handshakeTimeout = .seconds(2)
        profile.dialTimeout = .seconds(3)
        profile.pingFrequency = .milliseconds(1_500)
        profile.gossipFrequency = .milliseconds(1_500)
        profile.silenceTimeout = .seconds(4)
        profile.peerConnectionCooldown = .milliseconds(300)
        return profile
    }()

    /// Little, because every message costs time and the simulation has none of its own.
    private static let chatter = Chatter(
        pause: .milliseconds(200)...(.milliseconds(900)), sizes: 32...20_000, singleEvery: 4,
        priorities: [.critical, .normal, .bulk])
}
