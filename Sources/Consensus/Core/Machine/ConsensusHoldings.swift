/// How much a machine holds of what others have a say in, for checks.
package struct ConsensusHoldings: Hashable, Sendable {
    package let youngBlocks: Int
    package let openAsks: Int
    package let earlyMessages: Int
    package let evidence: Int
    /// Notarizations and nullifications above the last final view.
    package let certificates: Int
}

extension ConsensusMachine {
    package var holdings: ConsensusHoldings {
        ConsensusHoldings(
            youngBlocks: blocks.count, openAsks: asks.count, earlyMessages: early.count,
            evidence: evidenceWaiting.count,
            certificates: state.notarizations.count + state.nullifications.count)
    }
}
