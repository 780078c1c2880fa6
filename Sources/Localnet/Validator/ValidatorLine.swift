public import ConclaveArguments
public import ConclaveChainApplication
import ConclaveConsensusCore
public import ConclaveCryptography
public import ConclavePeersCore

/// A line of JSON that a validator prints: what `validator --json` shows, and what `localnet` reads.
public enum ValidatorLine: Hashable, Sendable {
    /// It listens, is seen at `http` and asked for its chain at `chain` if told so; `incarnation` names this
    /// life of the process.
    case ready(
        index: Int?, peer: PeerID, address: String, incarnation: UInt64, http: String? = nil,
        chain: String? = nil)
    case connected(PeerID)
    case disconnected(PeerID, reason: String)
    case status(ValidatorStatus)
    case chain(ChainNews)
    /// The last line.
    case summary(ValidatorSummary)
}

/// What a validator has done so far; printed every second.
public struct ValidatorStatus: Hashable, Sendable {
    /// Since it was ready.
    public var seconds: Double
    public var chain: ChainStatus
    /// Heartbeats taken for peers, and heard from them.
    public var sent, received: Int
    /// Messages that were no heartbeat of their sender.
    public var refused: Int
    /// Whether it has stopped broadcasting, because it was told that the end is near.
    public var isQuiet: Bool
    public var peers: [PeerFigures]

    public init(
        seconds: Double, chain: ChainStatus = ChainStatus(), sent: Int, received: Int, refused: Int,
        isQuiet: Bool, peers: [PeerFigures]
    ) {
        self.seconds = seconds
        self.chain = chain
        self.sent = sent
        self.received = received
        self.refused = refused
        self.isQuiet = isQuiet
        self.peers = peers
    }

    /// How many peers it is connected to.
    public var connected: Int { peers.count(where: \.isConnected) }

    /// The mean over the connected peers; nil while no round trip is known.
    public var roundTripMicroseconds: Int? {
        let known = peers.compactMap(\.roundTripMicroseconds)
        return known.isEmpty ? nil : known.reduce(0, +) / known.count
    }
}

/// What a validator did.
public struct ValidatorSummary: Hashable, Sendable {
    /// Of the newest final block.
    public var height: UInt64
    public var connected, sent, received, refused: Int
    public var seconds: Double

    public init(height: UInt64, connected: Int, sent: Int, received: Int, refused: Int, seconds: Double) {
        self.height = height
        self.connected = connected
        self.sent = sent
        self.received = received
        self.refused = refused
        self.seconds = seconds
    }
}

extension ValidatorLine {
    /// As it is printed.
    public var json: JSONLine {
        switch self {
        case .ready(let index, let peer, let address, let incarnation, let http, let chain):
            [
                "event": "ready", "index": index.map { .integer($0) } ?? .null, "peer": .string("\(peer)"),
                "address": .string(address),
                "incarnation": .integer(Int(clamping: incarnation)),
                "http": http.map { .string($0) } ?? .null,
                "chainHttp": chain.map { .string($0) } ?? .null,
            ]
        case .connected(let peer): ["event": "connected", "peer": .string("\(peer)")]
        case .disconnected(let peer, let reason):
            ["event": "disconnected", "peer": .string("\(peer)"), "reason": .string(reason)]
        case .status(let status): status.json
        case .chain(let news): news.json
        case .summary(let summary): summary.json
        }
    }
}

extension ValidatorStatus {
    fileprivate var json: JSONLine {
        [
            "event": "status", "seconds": .number(seconds, decimals: 1), "chain": .object(chain.json),
            "connected": .integer(connected), "sent": .integer(sent), "received": .integer(received),
            "refused": .integer(refused), "roundTripMicroseconds": .optional(roundTripMicroseconds),
            "quiet": .boolean(isQuiet), "peers": .array(peers.map { .object($0.json) }),
        ]
    }
}

extension PeerFigures {
    fileprivate var json: JSONLine {
        [
            "peer": .string("\(peer)"), "connected": .boolean(isConnected),
            "incarnation": .optional(incarnation.map { Int(clamping: $0) }), "accepted": .integer(accepted),
            "heard": .integer(heard), "missing": .integer(missing),
            "roundTripMicroseconds": .optional(roundTripMicroseconds),
        ]
    }
}

extension ValidatorSummary {
    fileprivate var json: JSONLine {
        [
            "height": .integer(Int(clamping: height)), "connected": .integer(connected),
            "sent": .integer(sent),
            "received": .integer(received), "refused": .integer(refused),
            "seconds": .number(seconds, decimals: 1),
        ]
    }
}

extension JSONValue {
    fileprivate static func optional(_ value: Int?) -> JSONValue { value.map { .integer($0) } ?? .null }
}

extension ChainNews {
    fileprivate var json: JSONLine {
        switch self {
        case .epoch(let epoch, let joined, let left):
            [
                "event": "epoch", "epoch": .natural(epoch), "joined": .keys(joined), "left": .keys(left),
            ]
        case .evidence(let peer, let offence, let epoch, let view):
            [
                "event": "evidence", "peer": .string("\(peer)"), "offence": .integer(Int(offence.rawValue)),
                "epoch": .natural(epoch), "view": .natural(view),
            ]
        case .alarm(let reason): ["event": "alarm", "reason": .string(reason)]
        }
    }
}

extension JSONValue {
    fileprivate static func keys(_ keys: [PublicKey]) -> JSONValue { .array(keys.map { .string("\($0)") }) }
}
