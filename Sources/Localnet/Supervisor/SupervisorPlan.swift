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
        public let logLevel: LogLevel
        public let logFormat: LogFormat

        public init(
            folder: String, genesis: Genesis, wire: Wire = .native, loops: Int, httpPorts: [UInt16],
            logLevel: LogLevel,
            logFormat: LogFormat
        ) {
            self.folder = folder
            self.wire = wire
            self.genesis = genesis
            self.loops = loops
            self.httpPorts = httpPorts
            self.logLevel = logLevel
            self.logFormat = logFormat
        }
    }

    /// What one sees happen.
    public enum Sight: Sendable {
        case event(LocalnetEvent)
        /// The states of all validators, a few times a second.
        case states([ValidatorState], elapsed: Duration, at: Instant)
    }
}
