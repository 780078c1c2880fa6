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
    /// Whether every validator was connected to every other at the end, and had heard it.
    public var isWhole: Bool

    public init(
        validators: Int, connected: Int, delivered: Int, undelivered: Int, restarts: Int, seconds: Double,
        isWhole: Bool
    ) {
        self.validators = validators
        self.connected = connected
        self.delivered = delivered
        self.undelivered = undelivered
        self.restarts = restarts
        self.seconds = seconds
        self.isWhole = isWhole
    }

    public var json: JSONLine {
        [
            "validators": .integer(validators), "connected": .integer(connected),
            "delivered": .integer(delivered),
            "undelivered": .integer(undelivered), "restarts": .integer(restarts),
            "seconds": .number(seconds, decimals: 1),
        ]
    }

    /// For people.
    public var text: String {
        let pairs = validators * (validators - 1)
        return """
            \(validators) validators, \(connected) of \(pairs) links at the end, \
            \(delivered) heartbeats delivered, \(undelivered) undelivered, \(restarts) restarts, \
            \(fixed(seconds, decimals: 1)) s
            """
    }
}
