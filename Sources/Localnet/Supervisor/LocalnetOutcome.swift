public import ConclaveArguments

/// What a localnet did; the last line of `localnet --json`.
public struct LocalnetOutcome: Hashable, Sendable {
    public var validators: Int
    /// Directed pairs that were connected at the end.
    public var connected: Int
    /// Heartbeats that arrived.
    public var delivered: Int
    /// Heartbeats that did not arrive although both ends were up and connected.
    public var undelivered: Int
    /// Processes started again after they had died.
    public var restarts: Int
    public var seconds: Double
    /// Whether every validator of the epoch was connected to every other at the end, and had heard it.
    public var isWhole: Bool
    public var chain: ChainOutcome

    public init(
        validators: Int, connected: Int, delivered: Int, undelivered: Int, restarts: Int, seconds: Double,
        isWhole: Bool, chain: ChainOutcome = ChainOutcome()
    ) {
        self.validators = validators
        self.connected = connected
        self.delivered = delivered
        self.undelivered = undelivered
        self.restarts = restarts
        self.seconds = seconds
        self.isWhole = isWhole
        self.chain = chain
    }

    public var json: JSONLine {
        [
            "validators": .integer(validators), "connected": .integer(connected),
            "delivered": .integer(delivered),
            "undelivered": .integer(undelivered), "restarts": .integer(restarts),
            "seconds": .number(seconds, decimals: 1), "height": .natural(chain.height),
            "epochs": .natural(chain.epochs),
            "blocksPerSecond": .number(chain.blocksPerSecond, decimals: 1),
            "finalityP50Milliseconds": .milliseconds(chain.finalityP50Milliseconds),
            "finalityP99Milliseconds": .milliseconds(chain.finalityP99Milliseconds),
            "forks": .integer(chain.forks), "evidence": .integer(chain.evidence),
            "joined": .integer(chain.joined), "left": .integer(chain.left),
            "longestGapMilliseconds": chain.longestGapMilliseconds.map { .integer($0) } ?? .null,
        ]
    }

    /// For people.
    public var text: String {
        let pairs = validators * (validators - 1)
        return """
            \(validators) validators, \(connected) of \(pairs) links at the end, \
            \(delivered) heartbeats delivered, \(undelivered) undelivered, \(restarts) restarts, \
            \(fixed(seconds, decimals: 1)) s; height \(chain.height), \(chain.epochs) epochs, \
            \(fixed(chain.blocksPerSecond, decimals: 1)) blocks a second\(gap), \(finality), \
            \(chain.forks) forks, \(chain.evidence) pieces of evidence, \(chain.joined) joined, \
            \(chain.left) left
            """
    }

    private var gap: String {
        chain.longestGapMilliseconds.map { ", \($0) ms between two at most" } ?? ""
    }

    private var finality: String {
        guard let median = chain.finalityP50Milliseconds, let slow = chain.finalityP99Milliseconds else {
            return "finality not measured"
        }
        return "final after \(fixed(median, decimals: 1)) ms (p50), \(fixed(slow, decimals: 1)) ms (p99)"
    }
}

extension JSONValue {
    fileprivate static func milliseconds(_ value: Double?) -> JSONValue {
        value.map { .number($0, decimals: 2) } ?? .null
    }
}
