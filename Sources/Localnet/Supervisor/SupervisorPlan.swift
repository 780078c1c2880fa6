public import ConclavePeersCore
public import ConclavePrimitives
public import ConclaveTelemetry

extension Supervisor {
    /// What to run.
    public struct Plan: Sendable {
        public let folder: String
        public let genesis: Genesis
        /// What the validators dial in.
        public let wire: Wire
        /// Threads of each validator's network.
        public let loops: Int
        /// The port of the loopback address where each validator is seen over HTTP.
        public let httpPorts: [UInt16]
        /// The port of the loopback address where each answers for its chain.
        public let chainPorts: [UInt16]
        public let trials: Trials
        public let logLevel: LogLevel
        public let logFormat: LogFormat

        public init(
            folder: String, genesis: Genesis, wire: Wire = .native, loops: Int, httpPorts: [UInt16],
            chainPorts: [UInt16] = [],
            trials: Trials = Trials(), logLevel: LogLevel, logFormat: LogFormat
        ) {
            self.folder = folder
            self.wire = wire
            self.genesis = genesis
            self.loops = loops
            self.httpPorts = httpPorts
            self.chainPorts = chainPorts
            self.trials = trials
            self.logLevel = logLevel
            self.logFormat = logFormat
        }
    }

    /// What the chain has to bear.
    public struct Trials: Hashable, Sendable {
        /// From one block to the next at least.
        public var blockTime = Duration.zero
        /// How often one validator, drawn at random, is killed; nil for never.
        public var killEvery: Duration?
        /// When the last one is killed: so late that it comes back before the end; nil for no end.
        public var killsUntil: Duration?
        /// So many validators, the last ones, vote twice in each view.
        public var equivocators = 0

        public init() {}

        /// The longest time without a block that is still going on: seconds on a machine that has much else
        /// to do.
        var patience: Duration { .seconds(5) + blockTime * 3 }
    }

    /// What one sees happen.
    public enum Sight: Sendable {
        case event(LocalnetEvent)
        /// The states of all validators, a few times a second.
        case states([ValidatorState], elapsed: Duration, at: Instant)
    }
}
