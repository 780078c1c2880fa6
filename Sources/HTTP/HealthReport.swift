import ConclaveArguments
public import ConclavePeers

/// Whether a node can do its part, and if not why.
public struct HealthReport: Hashable, Sendable {
    /// Empty if the node is well.
    public private(set) var reasons: [String] = []

    public var isHealthy: Bool { reasons.isEmpty }

    /// A node is well if it reaches more than two thirds of the weight of the newest peer set, its own
    /// counted if it has one: with less no decision can be made.
    ///
    /// - Parameter ailments: further reasons why it is not well, in words for people.
    public init(_ snapshot: NetworkSnapshot, and ailments: [String] = []) {
        self.init(snapshot.peers.filter { $0.weight > 0 }.map { ($0.state, $0.weight) })
        reasons += ailments
    }

    /// - Parameter members: the primary members of the newest set, none without weight.
    init(_ members: [(state: PeerState, weight: UInt64)]) {
        guard let first = members.first else {
            reasons = ["no peer set is tracked"]
            return
        }
        let reached = members.filter { $0.state == .connected || $0.state == .own }
        let isWeighted = members.contains { $0.weight != first.weight }
        let (has, all) =
            isWeighted
            ? (Self.sum(reached), Self.sum(members)) : (UInt64(reached.count), UInt64(members.count))
        // More than two thirds, without a product that could overflow.
        let needed = all - all / 3 - (all % 3 == 0 ? 0 : 1) + 1
        guard has < needed else { return }
        reasons = [
            isWeighted
                ? "primary peers with weight \(has) of \(all) are reached, a quorum is \(needed)"
                : "\(has) of \(all) primary peers are reached, a quorum is \(needed)"
        ]
    }

    init(reason: String) {
        reasons = [reason]
    }

    /// Stops at the largest number.
    private static func sum(_ members: [(state: PeerState, weight: UInt64)]) -> UInt64 {
        members.reduce(0) { sum, member in
            let (next, isTooLarge) = sum.addingReportingOverflow(member.weight)
            return isTooLarge ? .max : next
        }
    }

    var answer: Answer {
        let line: JSONLine = [
            "healthy": .boolean(isHealthy), "reasons": .array(reasons.map { .string($0) }),
        ]
        return Answer(isHealthy ? 200 : 503, .json, line.text)
    }
}
