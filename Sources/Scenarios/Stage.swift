public import Conclave
public import ConclaveSimulation

/// Where a story happens: the validators, the verbs that a story is told with, and the checks that go on
/// meanwhile.
public final class Stage {
    public let simulation: Simulation
    public let validators: [Validator]
    /// In discovery, whom everybody asks first: a machine that follows the sets, is in none of them, and says
    /// nothing.
    public let bootstrapper: Validator?
    public let mode: StoryMode
    public let profile: Profile
    /// Chance for the story itself.
    public var random: SplitMix64
    /// How long a network without troubles may take to become a mesh. In discovery a record whose time is a
    /// little ahead of the bootstrapper's clock is passed on with the second round of gossip.
    public let forming: Duration
    /// Whether nobody wants to know any more how the story ends.
    var isCalledOff: () -> Bool = { false }

    let ledger: Ledger
    let diaries: DiaryReader
    let inspector: Inspector
    private(set) var epoch: UInt64 = 0
    private(set) var members: [Validator] = []
    private var untilInspection = inspectionPause

    /// Virtual time between two looks at every validator's books and bounds.
    private static let inspectionPause = Duration.seconds(2)
    /// Virtual time between two looks at what a story waits for.
    private static let slice = Duration.milliseconds(20)

    init(_ scenario: Scenario, seed: UInt64, log: Log, keep: Int) throws {
        let simulation = Simulation(seed: seed, conditions: scenario.conditions, log: log, keep: keep)
        var random = SplitMix64(seed: seed ^ 0x5CE9_A210)
        let count = scenario.validators
        let machines = scenario.mode == .discovery ? count + 1 : count
        let keys = try (0..<machines).map { _ in
            try SigningKey(seed: (0..<32).map { _ in UInt8.random(in: .min ... .max, using: &random) })
        }
        let ledger = Ledger(keys: keys.map(\.publicKey))
        let diaries = DiaryReader(validators: keys.count)
        func node(_ name: String) -> SimulatedNode {
            simulation.addNode(name, loops: scenario.loops, clock: scenario.clock, disk: scenario.disk)
        }
        let nodes = (0..<count).map { node("validator-\($0)") }
        func validator(_ number: Int, on node: SimulatedNode, _ mode: Mode) -> Validator {
            Validator(
                node, key: keys[number], profile: scenario.profile, mode: mode,
                wire: scenario.wire.choice(of: number), chatter: scenario.chatter,
                backlog: scenario.backlog, ledger: ledger, diary: Diary(owner: number, reader: diaries))
        }
        switch scenario.mode {
        case .lookup:
            forming = .seconds(5)
            bootstrapper = nil
            validators = nodes.enumerated().map { validator($0, on: $1, .lookup) }
        case .discovery:
            forming = .seconds(5) + scenario.profile.gossipFrequency
            let first = validator(count, on: node("bootstrapper"), .discovery())
            bootstrapper = first
            let mode = Mode.discovery(bootstrappers: [first.asBootstrapper])
            validators = nodes.enumerated().map { validator($0, on: $1, mode) }
        }
        mode = scenario.mode
        profile = scenario.profile
        self.simulation = simulation
        self.random = random
        self.ledger = ledger
        self.diaries = diaries
        inspector = Inspector(simulation: simulation, ledger: ledger)
    }

    // MARK: Time

    /// Lets time pass, and looks at everybody now and then.
    public func pass(_ duration: Duration) throws {
        let end = simulation.now + duration
        while simulation.now < end {
            try step(min(end - simulation.now, untilInspection))
        }
    }

    private func step(_ duration: Duration) throws {
        guard !isCalledOff() else { throw StoryFailure("called off") }
        switch simulation.run(for: duration) {
        case .done, .timeIsUp: break
        // While all of them are down it is right that nothing happens.
        case .deadlock where running.isEmpty: break
        case .deadlock: throw StoryFailure("nothing will ever happen again")
        case .busy: throw StoryFailure("the validators keep each other busy without time passing")
        }
        try requireNoViolation()
        untilInspection -= duration
        guard untilInspection <= .zero else { return }
        untilInspection = Self.inspectionPause
        try inspector.inspect(running)
    }

    private func requireNoViolation() throws {
        if let violation = ledger.violation ?? diaries.violation { throw StoryFailure(violation) }
    }

    /// Lets time pass until something has come about; that it does not within `patience` is a failure.
    public func wait(
        _ patience: Duration, for what: @autoclosure () -> String, _ isSo: () -> Bool
    ) throws {
        let end = simulation.now + patience
        while !isSo() {
            guard simulation.now < end else { throw StoryFailure("not within \(patience): \(what())") }
            try step(Self.slice)
        }
    }

    // MARK: Who runs

    public var running: [Validator] { validators.filter(\.isRunning) }

    var everyone: [Validator] { validators + [bootstrapper].compactMap { $0 } }

    /// Starts everyone, and makes all of them the first set.
    public func startAll() throws {
        for validator in everyone { try validator.begin() }
        bootstrapper?.fallSilent()
        try track(validators)
    }

    public func crash(_ validator: Validator, _ crash: Crash) throws {
        guard validator.isRunning else { return }
        let left = validator.node.crash(crash)
        validator.crashed()
        guard left == 0 else { throw StoryFailure("\(left) tasks did not end when they were cancelled") }
    }

    /// Starts a validator that has crashed, with a memory of nothing but its key and the present set.
    public func start(_ validator: Validator) throws {
        guard !validator.isRunning else { return }
        validator.node.start()
        ledger.restarted(validator.number)
        try validator.begin()
        try tell(validator)
    }

    /// Lets the faults of `plan` happen, each at its time from now on.
    public func play(_ plan: FaultPlan) throws {
        let beginning = simulation.now
        for step in plan.steps {
            let pause = beginning + step.time - simulation.now
            if pause > .zero { try pass(pause) }
            try perform(step.fault)
        }
    }

    public func perform(_ fault: Fault) throws {
        switch fault {
        case .crash(let number, let kind): try crash(validators[number], kind)
        case .start(let number): try start(validators[number])
        case _: simulation.network.perform(fault)
        }
    }

    // MARK: Who belongs

    /// Makes these validators the set of the next epoch, for everyone who runs.
    public func track(_ members: [Validator]) throws {
        epoch += 1
        self.members = members
        simulation.note("epoch \(epoch) of \(members.map(\.number))")
        for validator in everyone where validator.isRunning { try tell(validator) }
    }

    func tell(_ validator: Validator) throws {
        guard let network = validator.network else { return }
        let epoch = epoch, set = try PeerSet(primary: members.map(\.member))
        let told = try simulation.perform(on: validator.node) { _ in
            try await network.oracle.track(epoch, set)
            return true
        }
        guard told == true else { throw StoryFailure("\(validator.node.name) takes no set") }
        ledger.authorise(members.map(\.number), for: validator.number)
    }

    // MARK: What must come about

    /// Everyone of the set, or of `some` of it, who runs is connected to every other and nobody else, and
    /// stays so.
    public func expectMesh(
        among some: [Validator]? = nil, within patience: Duration = .seconds(60)
    ) throws {
        let some = some ?? members
        try wait(patience, for: "everyone is connected; \(missing(among: some))") { isMesh(among: some) }
        try pass(.seconds(3))
        guard isMesh(among: some) else { throw StoryFailure("the mesh did not last") }
        let present = some.filter(\.isRunning)
        // A dial that was slow on its way is let go of when its time is over.
        try wait(.seconds(20), for: inspector.doubleLinks(among: present) ?? "single links") {
            inspector.doubleLinks(among: present) == nil
        }
        guard isMesh(among: some) else { throw StoryFailure("the mesh did not last") }
    }

    /// Nobody is connected to `validator`, which runs.
    public func expectAlone(_ validator: Validator, within patience: Duration) throws {
        try wait(patience, for: "\(validator.node.name) is alone") {
            validator.connected().isEmpty
                && running.allSatisfy { !$0.connected().contains(validator.peer) }
        }
    }

    public var isMesh: Bool { isMesh(among: members) }

    public func isMesh(among some: [Validator]) -> Bool {
        let present = some.filter(\.isRunning)
        let peers = present.map(\.peer).sorted()
        return present.allSatisfy { validator in
            validator.connected() == peers.filter { $0 != validator.peer }
        }
    }

    /// Who of them runs and is not connected to whom, for people.
    private func missing(among some: [Validator]) -> String {
        let present = some.filter(\.isRunning)
        let pairs = present.flatMap { one in
            let connected = one.connected()
            return present.filter { $0.peer != one.peer && !connected.contains($0.peer) }.map {
                "\(one.number) to \($0.number)"
            }
        }
        let rest = pairs.count > 8 ? " and \(pairs.count - 8) more" : ""
        return "not connected: " + pairs.prefix(8).joined(separator: ", ") + rest
    }

    // MARK: The end

    /// Everyone falls silent, the books are closed, and after the shutdown nothing is left.
    func end() throws {
        for validator in everyone {
            validator.read(.eager)
            validator.fallSilent()
        }
        try pass(.seconds(5))
        try inspector.closeBooks(running)
        for validator in running { try read(validator) }
        for validator in everyone { try shutDown(validator) }
        try requireNoViolation()
        try inspector.requireNothing(of: everyone)
    }

    /// What was written down is there.
    private func read(_ validator: Validator) throws {
        let diary = validator.diary
        let read = try simulation.perform(on: validator.node) { context in
            try await diary.read(in: context)
            return true
        }
        guard read == true else { throw StoryFailure("\(validator.node.name) cannot read its diary") }
    }

    private func shutDown(_ validator: Validator) throws {
        guard let network = validator.network else { return }
        let ended = try simulation.perform(on: validator.node) { _ in
            await network.shutdown(within: .seconds(2))
            return true
        }
        guard ended == true else { throw StoryFailure("\(validator.node.name) does not shut down") }
    }
}

/// Why a story did not come out as it must.
public struct StoryFailure: Error, CustomStringConvertible {
    public let description: String

    public init(_ description: String) {
        self.description = description
    }
}
