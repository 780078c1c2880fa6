public import ConclaveConsensusCore
public import ConclavePeersCore

/// What an engine agrees about: a chain of its user's making.
///
/// Calls come from three of the engine's tasks, each of which waits for its call before the next:
/// ``build(_:)`` from one, ``keep()`` from one, all others in order from the third. Whatever takes long
/// belongs off the executor that they share with the network.
public protocol ConsensusApplication: Sendable {
    /// A block on top of `request.parent`, because it is this validator's turn to lead. Waiting here is
    /// what paces the chain; beyond the view's deadline it costs the view.
    ///
    /// - Returns: nil to let the turn pass.
    func build(_ request: BuildRequest) async -> BlockContent?

    /// What ``build(_:)`` returned has become this block. It is not asked about again.
    func proposed(_ block: Block) async

    /// Whether `block` may follow its parent, which was proposed, verified or delivered before. The same
    /// answer on every honest node.
    func verify(_ block: Block) async -> Verdict

    /// A block is final. Blocks come in the order of their heights without a gap; after a restart those that
    /// were not kept come again, and perhaps some that were. What waits for this block waits too: leave the
    /// disk to ``keep()``.
    ///
    /// - Returns: after an epoch's last block the validators of the next one, whose digest the block names;
    ///   nil for any other.
    /// - Throws: what ends the engine.
    func deliver(_ block: Block) async throws -> ValidatorSet?

    /// When this returns, what follows from every block that was delivered before the call survives a power
    /// cut.
    ///
    /// - Throws: what ends the engine.
    func keep() async throws

    /// A view is final, and with it a block and all below it: what a light client needs. Before or after the
    /// block is delivered.
    func finalized(by certificate: Certificate) async

    /// Where the network finds the members of a set, and their weights; in discovery without addresses.
    /// `epoch` is the one that they decide.
    func peers(of validators: ValidatorSet, epoch: Epoch) async -> [PeerSet.Member]

    /// Who will decide the next epoch, as soon as that is known, so that links exist in time; nil before.
    func announcedSet(after epoch: Epoch) async -> ValidatorSet?

    /// A validator voted twice, and this proves it. Returning means that it has been taken.
    func found(_ evidence: Evidence) async

    /// What an operator must know at once. Logged in any case.
    func alarm(_ alarm: ConsensusAlarm) async
}

extension ConsensusApplication {
    public func proposed(_ block: Block) async {}
    public func keep() async throws {}
    public func finalized(by certificate: Certificate) async {}
    public func announcedSet(after epoch: Epoch) async -> ValidatorSet? { nil }
    public func found(_ evidence: Evidence) async {}
    public func alarm(_ alarm: ConsensusAlarm) async {}
}
