public import ConclaveCryptography

/// Where a machine stands, for people and for checks.
public struct ConsensusStatus: Hashable, Sendable {
    public let epoch: Epoch
    public let view: View
    public let leader: PublicKey
    /// The newest final view of the epoch; 0 for its origin.
    public let lastFinal: View
    /// The newest block that was given to the application.
    public let delivered: Height
    /// The newest block that the application has kept.
    public let acknowledged: Height
    /// Whether this node's votes count.
    public let isVoting: Bool
    /// Whether nobody answers what the node needs to follow: ``ConsensusAlarm/stranded(above:)`` holds.
    public let isStranded: Bool
}

extension ConsensusMachine {
    public var status: ConsensusStatus {
        ConsensusStatus(
            epoch: state.epoch, view: state.view, leader: state.key(of: state.leader(of: state.view)),
            lastFinal: state.lastFinal, delivered: delivery.released, acknowledged: delivery.acknowledged,
            isVoting: mayVote, isStranded: stranded != nil)
    }

    /// The views of which others' votes are kept, ascending.
    package var trackedViews: [View] { state.votes.views }

    /// Blocks that are in memory, of whatever sort.
    package var blocksInMemory: Int { blocks.count + delivery.path.count + delivery.unacknowledged.count }

    /// By how much the timers of this view have grown; at least 1.
    package var growth: Double {
        let unsettled = state.view.distance(above: state.lastFinal)
        return ViewTimers.grown(configuration.delta, unsettled: unsettled) / configuration.delta
    }
}
