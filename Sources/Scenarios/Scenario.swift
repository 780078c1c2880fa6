public import Conclave
public import ConclaveSimulation

/// A story that a network of validators lives through, with everything that must hold meanwhile.
public struct Scenario: Sendable {
    public let name: String
    /// One sentence for people.
    public let summary: String
    public var validators: Int
    /// Executors of each validator.
    public var loops = 1
    public var conditions: NetworkConditions
    /// What each validator's disk is like.
    public var disk: DiskConditions
    public var profile: Profile
    public var chatter: Chatter
    /// Messages that wait in each lane of an inbox at most.
    public var backlog = 1_024
    /// How far the machines' clocks are from the truth.
    public var clock = ClockErrors.usual
    /// How validators find each other.
    public var mode = StoryMode.lookup
    /// What they dial in.
    public var wire = StoryWire.native
    /// The ways in which it can be told.
    public let modes: [StoryMode]
    /// What its validators can dial in; nothing where they have no links.
    public let wires: [StoryWire]
    private let tell: @Sendable (Scenario, Telling) -> Verdict

    /// A story of the peer layer alone.
    public init(
        _ name: String, _ summary: String, validators: Int, conditions: NetworkConditions = .rack,
        disk: DiskConditions = .tearing, profile: Profile = .scenario, chatter: Chatter = .lively,
        backlog: Int = 1_024, clock: ClockErrors = .usual, wire: StoryWire = .native,
        story: @escaping @Sendable (Stage) throws -> Void
    ) {
        self.name = name
        self.summary = summary
        self.validators = validators
        self.conditions = conditions
        self.disk = disk
        self.profile = profile
        self.chatter = chatter
        self.backlog = backlog
        self.clock = clock
        self.wire = wire
        modes = StoryMode.allCases
        wires = StoryWire.allCases
        tell = { scenario, telling in
            telling.verdict(of: scenario.name) {
                try Stage(scenario, seed: telling.seed, log: telling.log, keep: telling.keep)
            } play: { stage in
                stage.isCalledOff = telling.isCalledOff
                try stage.startAll()
                try story(stage)
                try stage.end()
            }
        }
    }

    /// A story that happens anywhere else. What it does not look at, such as the disk, stays as it is.
    init(
        _ name: String, _ summary: String, validators: Int, conditions: NetworkConditions = .rack,
        disk: DiskConditions = .tearing, modes: [StoryMode] = [.lookup],
        wires: [StoryWire] = StoryWire.allCases,
        tell: @escaping @Sendable (Scenario, Telling) -> Verdict
    ) {
        self.name = name
        self.summary = summary
        self.validators = validators
        self.conditions = conditions
        self.disk = disk
        self.modes = modes
        self.wires = wires
        self.tell = tell
        profile = .scenario
        chatter = .silence
    }

    /// Lets the story of one seed happen, from the start of all validators to the end of them.
    ///
    /// - Parameters:
    ///   - keep: events that are kept for the report or the trace.
    ///   - isCalledOff: asked now and then; once it says so the story breaks off, which is a failure.
    public func run(
        seed: UInt64, log: Log = .silent, keep: Int = 256, isCalledOff: @escaping () -> Bool = { false }
    ) -> Verdict {
        tell(self, Telling(seed: seed, log: log, keep: keep, isCalledOff: isCalledOff))
    }
}

/// How the validators of a story find each other.
public enum StoryMode: String, Hashable, Sendable, CaseIterable {
    /// The engine tells every address.
    case lookup
    /// They know one bootstrapper, which is in no set, and nobody else.
    case discovery
}

/// What the validators of a story dial in. Every story that has links can be told in each way.
public enum StoryWire: String, Hashable, Sendable, CaseIterable {
    case native, commonware
    /// Every other one this, the rest that.
    case mixed

    func choice(of number: Int) -> WireChoice {
        switch self {
        case .native: .native
        case .commonware: .commonware
        case .mixed: number.isMultiple(of: 2) ? .native : .commonware
        }
    }
}

/// How one seed's story came out.
public struct Verdict: Sendable {
    public let scenario: String
    public let seed: UInt64
    /// Names the history: equal in every run of one build.
    public let digest: UInt64
    public let virtualTime: Duration
    public let steps: Int
    /// What must not have been; nil if all went well.
    public let failure: String?
    /// What everyone waited for and the last events, if it failed.
    public let report: String?
    /// What happened, of the events that were kept, if that was asked for.
    public let history: [String]
}

extension Profile {
    /// For stories: who left the newest set has lost its place at once.
    public static let scenario: Profile = {
        var profile = Profile.simulation
        profile.trackedPeerSets = 1
        return profile
    }()
}
