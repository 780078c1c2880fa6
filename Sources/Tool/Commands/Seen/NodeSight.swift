package import ConclaveArguments
import FoundationEssentials

/// What a node's pages say, read back.
package struct NodeSight: Sendable {
    package struct Version: Decodable, Sendable {
        var version, publicKey, namespace, wire: String
    }

    package struct Health: Decodable, Sendable {
        var healthy: Bool
        var reasons: [String]
    }

    package struct Peer: Decodable, Sendable {
        var key, state, role: String
        var address, ingress, direction, wire, agent, lastEnd: String?
        var ageSeconds: Double?
        var roundTripMicroseconds: Int?
        var queuedMessages, queuedBytes: Int
        var undelivered: [String: Int]
        var sets: [Int]

        var undeliveredInAll: Int { undelivered.values.reduce(0, &+) }
    }

    let version: Version
    let health: Health
    /// Empty if the node cannot tell, as the figures are.
    let peers: [Peer]
    var figures = NodeFigures()

    package init(version: Version, health: Health, peers: [Peer], figures: NodeFigures = NodeFigures()) {
        self.version = version
        self.health = health
        self.peers = peers
        self.figures = figures
    }

    /// The value that a page holds; nil for anything else.
    package static func value<Value: Decodable>(of body: [UInt8], as type: Value.Type = Value.self) -> Value?
    {
        try? JSONDecoder().decode(type, from: Data(body))
    }

    var connected: Int { peers.count { $0.state == "connected" } }
    private var blocked: Int { peers.count { $0.state == "blocked" } }
    private var queuedMessages: Int { peers.reduce(0) { $0 &+ $1.queuedMessages } }
    private var queuedBytes: Int { peers.reduce(0) { $0 &+ $1.queuedBytes } }

    package var json: JSONLine {
        var undelivered: JSONLine = [:]
        for loss in figures.lost { undelivered.append(loss.reason, .integer(loss.count)) }
        var ended: JSONLine = [:]
        for end in figures.ended { ended.append(end.reason, .integer(end.count)) }
        return [
            "healthy": .boolean(health.healthy), "reasons": .array(health.reasons.map { .string($0) }),
            "version": .string(version.version), "publicKey": .string(version.publicKey),
            "namespace": .string(version.namespace), "wire": .string(version.wire),
            "peers": .integer(peers.count), "connected": .integer(connected),
            "blocked": .integer(blocked), "queuedMessages": .integer(queuedMessages),
            "queuedBytes": .integer(queuedBytes), "undelivered": .object(undelivered),
            "disconnections": .object(ended),
            "memoryUsedBytes": .integer(figures.memoryUsed),
            "memoryLimitBytes": .integer(figures.memoryLimit),
        ]
    }

    /// For people, a fact a line.
    package var text: String {
        let rows = [
            ("health", health.healthy ? "good" : health.reasons.joined(separator: "; ")),
            (
                "peers",
                "\(connected) of \(peers.count) connected" + (blocked > 0 ? ", \(blocked) blocked" : "")
            ),
            ("queued", "\(queuedMessages) messages, \(sizeText(queuedBytes, decimals: 1))"),
            ("lost", figures.lostText), ("ended", figures.endedText),
            (
                "memory",
                "\(sizeText(figures.memoryUsed, decimals: 1)) of the budget of "
                    + sizeText(figures.memoryLimit, decimals: 1)
            ),
            ("key", version.publicKey), ("namespace", version.namespace),
            ("version", "conclave \(version.version), wire \(version.wire)"),
        ]
        return rows.map { name, value in TextTable.left(name, 11) + printable(value) }.joined(separator: "\n")
    }
}
