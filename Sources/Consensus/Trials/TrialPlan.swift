package import ConclaveConsensusCore
internal import ConclavePrimitives

/// What a trial is about: how many, how many of them lie, and what the seed shall not decide.
package struct TrialPlan: Sendable {
    package enum Signatures: Sendable { case standIn, real }
    package enum Weights: Sendable { case equal, random }
    package enum Weather: Sendable {
        /// Loss, delay, repeats, partitions and crashes until the network heals.
        case stormy
        /// Every message takes a tenth of Δ, nobody fails.
        case calm
    }

    /// How those who lie go about it.
    package enum Lying: Sendable, CaseIterable {
        /// They say nothing at all.
        case silent
        /// One half of the network hears one thing, the other another.
        case split
        /// Everybody hears anything.
        case chaos
        /// As split, but often everybody hears the first proposal.
        case helpfulSplit
    }

    package let seed: UInt64
    /// Members of each set.
    package let validators: Int
    /// How many identities lie.
    package let liars: Int
    package var weights = Weights.equal
    package var signatures = Signatures.standIn
    package var weather = Weather.stormy
    /// Nil: the seed decides.
    package var lying: Lying?
    /// Heights in an epoch. Nil: the seed decides.
    package var epochLength: UInt64?
    /// How long messages really take after the heal, in Δ.
    package var trueDelay = 1.0
    /// Nil: the seed decides.
    package var election: LeaderElection?
    /// Heights that every honest node must gain after the heal. Nil: the seed decides.
    package var heightsAfterHeal: UInt64?
    /// How long after the heal that may take at most, in Δ: timers that have grown eightfold, and four liars
    /// in a row of leaders drawn by weight.
    package var patience = 200.0

    package init(seed: UInt64, validators: Int, liars: Int) {
        self.seed = seed
        self.validators = validators
        self.liars = liars
    }

    /// A plan out of the seed: as many liars as the bound allows, now and then fewer; weights equal or not.
    package static func drawn(seed: UInt64, validators: Int) -> TrialPlan {
        var random = SplitMix64(seed: seed ^ 0x7E1A_1CE5)
        let most = (validators - 1) / 3
        let liars =
            UInt64.random(in: 0..<4, using: &random) == 0 ? Int.random(in: 0...most, using: &random) : most
        var plan = TrialPlan(seed: seed, validators: validators, liars: liars)
        plan.weights = UInt64.random(in: 0..<4, using: &random) == 0 ? .random : .equal
        return plan
    }

    static var delta: Duration { .milliseconds(100) }
}

/// What became of a trial.
package struct TrialOutcome: Sendable {
    package let violation: Violation?
    /// Names the history.
    package let digest: UInt64
    package let events: Int
    /// How long it was.
    package let lasted: Duration
    /// How long after the heal everybody had what was asked; nil if they had not.
    package let recovered: Duration?
    package let heights: [UInt64]
    package let statistics: ConsensusStatistics
    package let evidence: Int
    /// Its history for people, as far as it was kept.
    package let trace: [String]
}
