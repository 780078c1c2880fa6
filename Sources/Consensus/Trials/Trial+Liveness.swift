internal import ConclaveConsensusCore
internal import ConclavePrimitives

/// By when every honest node must have gained a final block, and from where.
struct LivenessBound {
    /// Nil where the seed's election is by weight: then a row of bad leaders is only probably short.
    var deadline: Instant?
    var height: Height = 0
    var isMet = false
}

extension Trial {
    /// Rule 11, as it stands when the network heals.
    func livenessBound() -> LivenessBound {
        guard configuration.election == .roundRobin, plan.weather == .stormy, plan.trueDelay <= 1 else {
            return LivenessBound()
        }
        let machines = nodes.compactMap { $0?.machine }
        let growth = machines.map(\.growth).max() ?? 1
        let epochs = nodes.compactMap { $0 }.map { $0.machine?.status.epoch.number ?? $0.diskEpoch }
        let behind = (epochs.max() ?? 0) - (epochs.min() ?? 0)
        let run = min(longestRunOfLiars, plan.liars)
        var factor = growth
        if growth > 1 { for _ in 0...run { factor = min(8, factor * 1.25) } }
        let base = 6.0 + 5.0 * Double(run + 1) + 4.0
        let deadline = instant(weather.heal + base * factor + 4.0 * Double(behind))
        return LivenessBound(deadline: deadline, height: witness.highest)
    }

    private var longestRunOfLiars: Int {
        var longest = 0, run = 0
        for place in Array(nodes.indices) + Array(nodes.indices) {
            run = nodes[place] == nil ? run + 1 : 0
            longest = max(longest, run)
        }
        return longest
    }

    mutating func check(_ bound: borrowing LivenessBound) throws(Violation) {
        guard let deadline = bound.deadline, now > deadline else { return }
        for node in nodes {
            guard let node else { continue }
            if UInt64(node.application.height) <= bound.height.number {
                throw Violation(
                    .liveness,
                    "a node is at \(node.application.height) when all must be above \(bound.height)")
            }
        }
    }
}

extension TrialNode {
    /// The epoch that the disk knows of.
    var diskEpoch: UInt64 { disk.starts.last?.epoch.number ?? 0 }
}
