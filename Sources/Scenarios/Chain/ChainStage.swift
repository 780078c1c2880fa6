import Conclave
import ConclaveConsensus
package import ConclaveSimulation

/// Where a story of a chain happens: validators with everything that they have in production but the sockets
/// and the disk.
package final class ChainStage: StoryPlace {
    package let simulation: Simulation
    /// In ascending order of their keys.
    package let validators: [ChainValidator]
    package let books: ChainBooks
    /// Chance for the story itself.
    var random: SplitMix64
    /// Whether nobody wants to know any more how the story ends.
    private let isCalledOff: () -> Bool
    private let scenario: Scenario
    private let rules: ChainRules
    private let genesis: EpochStart

    /// Virtual time between two looks at what a story waits for.
    private static let slice = Duration.milliseconds(20)

    package init(_ scenario: Scenario, _ rules: ChainRules, _ telling: Telling) throws {
        let simulation = Simulation(
            seed: telling.seed, conditions: scenario.conditions, log: telling.log, keep: telling.keep)
        var random = SplitMix64(seed: telling.seed ^ 0x0C4A_1257)
        let keys = try (0..<scenario.validators).map { _ in
            try SigningKey(seed: (0..<32).map { _ in UInt8.random(in: .min ... .max, using: &random) })
        }.sorted { $0.publicKey < $1.publicKey }
        validators = keys.enumerated().map { number, key in
            let node = simulation.addNode(
                "validator-\(number)", loops: scenario.loops, clock: scenario.clock, disk: scenario.disk)
            return ChainValidator(node, key)
        }
        let first = try rules.validators(keys.map(\.publicKey), of: 0)
        let chain = Digest(of: Array("chain".utf8))
        genesis = EpochStart(
            genesis: Header.genesis(
                chain: chain, validators: first, stateRoot: .zero, time: ClockErrors.beginning),
            validators: first)
        books = ChainBooks(validators: scenario.validators)
        isCalledOff = telling.isCalledOff
        self.simulation = simulation
        self.random = random
        self.scenario = scenario
        self.rules = rules
    }

    // MARK: Time

    /// Lets time pass.
    package func pass(_ duration: Duration) throws {
        let end = simulation.now + duration
        while simulation.now < end { try step(min(end - simulation.now, .seconds(1))) }
    }

    private func step(_ duration: Duration) throws {
        guard !isCalledOff() else { throw StoryFailure("called off") }
        switch simulation.run(for: duration) {
        case .done, .timeIsUp: break
        case .deadlock where !validators.contains(where: \.isRunning): break
        case .deadlock: throw StoryFailure("nothing will ever happen again")
        case .busy: throw StoryFailure("the validators keep each other busy without time passing")
        }
        if let violation = books.violation { throw StoryFailure(violation) }
    }

    /// Lets time pass until every validator has kept so many blocks more than anybody has now.
    package func expectProgress(_ blocks: Int, within patience: Duration) throws {
        let goal = (books.heights.max() ?? 0) + blocks
        let end = simulation.now + patience
        while let last = books.heights.min(), last < goal {
            guard simulation.now < end else {
                throw StoryFailure("not within \(patience): everybody has \(goal) blocks; \(books.heights)")
            }
            try step(Self.slice)
        }
    }

    // MARK: Who runs

    package func startAll() throws { for validator in validators { try begin(validator) } }

    private func begin(_ validator: ChainValidator) throws {
        let node = validator.node
        let chain = StoryChain(
            node.context, number: node.number, life: node.starts, members: validators.map(\.member),
            rules: rules, books: books)
        try validator.begin(scenario, rules, genesis: genesis, chain)
    }

    package func crash(_ validator: ChainValidator, _ crash: Crash) throws {
        guard validator.isRunning else { return }
        let left = validator.node.crash(crash)
        validator.crashed()
        guard left == 0 else { throw StoryFailure("\(left) tasks did not end when they were cancelled") }
    }

    package func start(_ validator: ChainValidator) throws {
        guard !validator.isRunning else { return }
        validator.node.start()
        try begin(validator)
    }

    /// Lets the faults of `plan` happen, each at its time from now on; in the end everything is mended, and
    /// whoever had a disk that failed begins again.
    func play(_ plan: FaultPlan) throws {
        for line in "\(plan)".split(separator: "\n") { simulation.note("plan \(line)") }
        let beginning = simulation.now
        var failed: [Int] = []
        for step in plan.steps {
            let pause = beginning + step.time - simulation.now
            if pause > .zero { try pass(pause) }
            switch step.fault {
            case .crash(let number, let kind): try crash(validators[number], kind)
            case .start(let number): try start(validators[number])
            case .failWrite(let number, let count):
                if count > 0 { failed.append(number) }
                simulation.network.perform(step.fault)
            case _: simulation.network.perform(step.fault)
            }
        }
        simulation.network.perform(.healAll)
        for number in failed { try crash(validators[number], .killed) }
        for validator in validators { try start(validator) }
    }

    // MARK: The end

    /// Everybody shuts down, and nothing is left.
    package func end() throws {
        for validator in validators {
            guard let engine = validator.engine, let network = validator.network else { continue }
            let ended = try simulation.perform(on: validator.node) { _ in
                await engine.shutdown()
                await network.shutdown(within: .seconds(2))
                return true
            }
            guard ended == true else { throw StoryFailure("\(validator.node.name) does not shut down") }
        }
        if let violation = books.violation { throw StoryFailure(violation) }
        for validator in validators where !validator.node.remains.isNothing {
            throw StoryFailure("\(validator.node.name) still has \(validator.node.remains)")
        }
    }
}
