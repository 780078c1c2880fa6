import ConclaveArguments
package import ConclaveScenarios

/// What a command line of `conclave simulate` comes to: which seeds of which scenario.
package struct SimulationPlan: Sendable {
    /// How much is told of a seed.
    package enum Telling: Sendable {
        /// How it came out, and the last events if it failed.
        case outcome
        /// Its whole history.
        case history
    }

    let scenario: Scenario
    package let seeds: Range<Int>
    /// Whether the number of validators is another than the scenario's own.
    private let validators: Int?
    private let mode: StoryMode?
    private let wire: StoryWire?
    let telling: Telling

    package init(
        _ scenario: Scenario, seeds: Range<Int>, validators: Int? = nil, mode: StoryMode? = nil,
        wire: StoryWire? = nil, telling: Telling = .outcome
    ) {
        var scenario = scenario
        if let validators { scenario.validators = validators }
        if let mode { scenario.mode = mode }
        if let wire { scenario.wire = wire }
        self.wire = wire
        self.mode = mode
        self.scenario = scenario
        self.seeds = seeds
        self.validators = validators
        self.telling = telling
    }

    /// Nil if no scenario is named: then they are listed.
    init?(_ options: Simulate.Options, among scenarios: [Scenario]) throws(Failure) {
        guard let name = options.scenario else {
            guard let option = Self.option(in: options) else { return nil }
            throw Failure(.usage, "\(option) is of --scenario NAME, which is missing")
        }
        guard let scenario = scenarios.first(where: { $0.name == name }) else {
            let near = nearest(to: name, among: scenarios.map(\.name)).map { "did you mean \($0)?" }
            throw Failure(
                .usage, "unknown scenario \(quoted(name)); \(near ?? "conclave simulate lists them")")
        }
        if let mode = options.mode, !scenario.modes.contains(mode) {
            throw Failure(.usage, "\(name) is not told in \(mode.rawValue)")
        }
        if let wire = options.wire, !scenario.wires.contains(wire) {
            let why = scenario.wires.isEmpty ? "its validators have no links" : "it is not told in that"
            throw Failure(.usage, "--wire \(wire.rawValue) is not for \(name): \(why)")
        }
        if options.isTrace, let seeds = options.seeds, seeds > 1 {
            throw Failure(.usage, "--trace prints the history of one seed, not of \(seeds)")
        }
        let first = options.first ?? 0
        let count = options.seeds ?? (options.isTrace ? 1 : Simulate.seedsDefault)
        self.init(
            scenario, seeds: first..<first + count, validators: options.validators,
            mode: options.mode, wire: options.wire, telling: options.isTrace ? .history : .outcome)
    }

    /// The option that means nothing without a scenario.
    private static func option(in options: Simulate.Options) -> String? {
        if options.seeds != nil { return "--seeds" }
        if options.first != nil { return "--first" }
        if options.validators != nil { return "--validators" }
        if options.mode != nil { return "--mode" }
        if options.wire != nil { return "--wire" }
        return options.isTrace ? "--trace" : nil
    }

    /// Whether a seed runs a second time although it came out well, to see that its history is the same. That
    /// doubles what it costs, so of many seeds only every tenth does.
    package func runsTwice(_ seed: Int) -> Bool {
        seeds.count <= Simulate.seedsDefault || telling == .history
            || (seed - seeds.lowerBound).isMultiple(of: 10)
    }

    /// The command that shows one seed's history again.
    package func replay(of seed: Int) -> String {
        "conclave simulate --scenario \(scenario.name) --first \(seed)"
            + (validators.map { " --validators \($0)" } ?? "")
            + (mode.map { " --mode \($0.rawValue)" } ?? "")
            + (wire.map { " --wire \($0.rawValue)" } ?? "") + " --trace"
    }
}
