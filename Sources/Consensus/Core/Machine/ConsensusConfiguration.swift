internal import ConclavePrimitives

/// What an engine is told once. Everything but ``delta`` must be the same on all nodes of a chain.
public struct ConsensusConfiguration: Hashable, Sendable {
    /// How a value lies outside its range.
    public enum Invalid: Error, Hashable, Sendable {
        /// `1 ms...60 s`.
        case delta(Duration)
        /// At least 1.
        case epochLength(UInt64)
    }

    /// How long a message takes at most when all is well, Δ; `1 ms...60 s`. Too small a guess costs views,
    /// too large a one costs time with bad leaders; neither costs safety, and the timers grow while nothing
    /// is final.
    public let delta: Duration
    /// Heights in an epoch; at least 1. The node keeps a header of each in memory while it catches up.
    public let epochLength: UInt64
    public let election: LeaderElection
    public let limits: MessageLimits

    public init(
        delta: Duration, epochLength: UInt64, election: LeaderElection = .roundRobin,
        limits: MessageLimits = MessageLimits()
    ) throws(Invalid) {
        guard delta >= .milliseconds(1), delta <= .seconds(60) else { throw .delta(delta) }
        guard epochLength > 0 else { throw .epochLength(epochLength) }
        self.delta = delta
        self.epochLength = epochLength
        self.election = election
        self.limits = limits
    }

    /// The height of an epoch's last block.
    public func lastHeight(of epoch: Epoch) -> Height {
        let (product, overflow) = epoch.next.number.multipliedReportingOverflow(by: epochLength)
        return Height(overflow ? .max : product)
    }
}
