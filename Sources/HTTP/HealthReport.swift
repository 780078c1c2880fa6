import ConclaveArguments
public import ConclavePeers
import ConclavePeersCore

/// Whether a node can do its part, and if not why.
public struct HealthReport: Hashable, Sendable {
    /// Empty if the node is well.
    public private(set) var reasons: [String] = []

    public var isHealthy: Bool { reasons.isEmpty }

    /// A node is well if it reaches more than two thirds of the primary peers, itself counted if it is one:
    /// with fewer no decision can be made.
    public init(_ snapshot: NetworkSnapshot) {
        self.init(snapshot.peers.filter { $0.role == .primary }.map(\.state))
    }

    /// - Parameter primary: the states of all primary peers.
    init(_ primary: [PeerState]) {
        guard !primary.isEmpty else {
            reasons = ["no peer set is tracked"]
            return
        }
        let reached = primary.count { $0 == .connected || $0 == .own }
        let needed = primary.count * 2 / 3 + 1
        if reached < needed {
            reasons = ["\(reached) of \(primary.count) primary peers are reached, a quorum is \(needed)"]
        }
    }

    init(reason: String) {
        reasons = [reason]
    }

    var answer: Answer {
        let line: JSONLine = [
            "healthy": .boolean(isHealthy), "reasons": .array(reasons.map { .string($0) }),
        ]
        return Answer(isHealthy ? 200 : 503, .json, line.text)
    }
}
