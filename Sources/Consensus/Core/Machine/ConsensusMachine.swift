public import ConclaveCryptography
public import ConclavePrimitives

/// Agrees with the other validators of a chain on one block after the other: Docs/Consensus.md as a machine.
/// Events and the time go in, actions come out; it knows no clock, no task, no disk and no network.
///
/// The shell makes one with what its journal says, calls ``started(at:)``, and from then on tells it
/// everything that happens, one event at a time, performing the returned actions in their order before the
/// next:
///
/// - what peers do: ``connected(_:at:)``, ``disconnected(_:)``, ``received(_:from:at:)``;
/// - what the application has done: ``built(_:view:epoch:at:)``, ``verified(_:_:at:)``,
///   ``acknowledged(_:nextSet:at:)``, ``evidenceTaken(_:)``;
/// - what the journal has done: ``kept(through:at:)``, ``keepingFailed()``, ``served(_:bytes:at:)``;
/// - that ``nextWake`` has come: ``woke(at:)``. It may be early or late; a clock that jumps costs views, not
///   safety.
///
/// Nothing that rests on a record leaves the machine, and no own vote counts, before ``kept(through:at:)``
/// says that the record is on the disk. What may leave at once (questions, bodies, work for the application)
/// stands before the ``ConsensusAction/write(_:)`` of the same event.
public struct ConsensusMachine<Signer: VoteSigner, Verifier: VoteVerifier>: Sendable {
    public let configuration: ConsensusConfiguration
    /// The hash of the genesis file.
    public let chain: Digest
    public internal(set) var statistics = ConsensusStatistics()

    var state: EpochState
    var blocks = BlockPool()
    var delivery: Delivery
    var peers = PeerAccounts()
    var asks: AskBook
    var writes = WriteQueue()
    var evidence = EvidenceBook()
    var early = EarlyMessages()
    /// The block that the walk down needs next and memory lacks.
    var sought: (digest: Digest, place: SearchPlace)?
    /// The question that everybody was asked in vain.
    var stranded: Ask?
    /// What may leave before anything of this event is kept.
    var actions: [ConsensusAction] = []
    var condition = Condition.running

    // Last, so that what lies before them has the same place whatever they are.
    let signer: Signer
    let verifier: Verifier

    enum Condition: Sendable {
        case running
        /// Certificates that contradict each other exist: never vote again.
        case faultBoundBroken
        /// The journal failed: do nothing again.
        case ended
    }

    /// Where a block is looked for: first what this node has kept itself, then what others have.
    enum SearchPlace: Sendable { case journal, peers }

    /// What the operator says of a key whose journal is empty.
    public enum EmptyJournal: Sendable {
        /// The key has never voted on this chain: a new network, or a new validator.
        case neverVoted
        /// It may have voted: abstain until an epoch begins in which it cannot have.
        case maybeLost
    }

    /// - Parameters:
    ///   - genesis: the start of epoch 0; not looked at where the journal holds a later one.
    ///   - signer: the key of this node, whether it is a validator or not.
    ///   - recovery: everything that the journal holds.
    ///   - emptyJournal: what an empty one means.
    public init(
        configuration: ConsensusConfiguration, genesis: EpochStart, signer: Signer, verifier: Verifier,
        recovery: Recovery, emptyJournal: EmptyJournal, at now: Instant
    ) {
        self.configuration = configuration
        chain = genesis.origin.chain
        self.signer = signer
        self.verifier = verifier
        asks = AskBook(patience: configuration.delta * 2)
        let start = recovery.start ?? genesis
        let isNew = recovery.isEmpty && emptyJournal == .neverVoted
        let standing: Standing = recovery.isEmpty ? (isNew ? .voting : .abstaining) : recovery.standing
        state = EpochState(
            start, chain: chain, configuration: configuration, key: signer.publicKey, standing: standing,
            at: now)
        delivery = Delivery(acknowledged: start.origin.height, digest: start.originDigest)
        blocks.insert(kept: start.origin, digest: start.originDigest)
        blocks.judge(start.originDigest, .valid)
        if recovery.isEmpty { writes.append(.epoch(start, standing)) }
        restore(recovery)
    }

    /// When to call ``woke(at:)`` at the latest.
    public var nextWake: Instant {
        guard case .ended = condition else { return min(asks.nextDue, nextDeadline) }
        return .distantFuture
    }

    // MARK: Life

    /// The first event: says again what was said before the machine was stopped, and goes on.
    public mutating func started(at now: Instant) -> [ConsensusAction] {
        act(at: now) { machine in
            machine.actions.append(.enter(machine.state.start))
            if machine.state.standing == .abstaining, machine.state.own != nil {
                machine.actions.append(.alarm(.abstaining(machine.state.epoch)))
            }
            // The application may have been killed between the finalization of a block and its delivery.
            if let finalization = machine.state.finalization { machine.actions.append(.tip(finalization)) }
            machine.setTimers(at: now)
            machine.sayAgain(to: .validators)
            for certificate in machine.state.notarizations.all {
                machine.considerFinalizing(certificate)
            }
        }
    }

    /// ``nextWake`` has come.
    public mutating func woke(at now: Instant) -> [ConsensusAction] {
        act(at: now) { _ in }
    }

    // MARK: Peers

    /// A link to `peer` is open: it hears what we say in this view, because it may have missed it.
    public mutating func connected(_ peer: PublicKey, at now: Instant) -> [ConsensusAction] {
        act(at: now) { machine in
            guard peer != machine.signer.publicKey else { return }
            machine.peers.connect(peer)
            machine.sayAgain(to: .one(peer))
        }
    }

    /// The last link to `peer` has ended.
    public mutating func disconnected(_ peer: PublicKey) {
        peers.disconnect(peer)
        early.forget(peer)
    }

    /// A message of `peer`, whose link proves that it is the sender. Those of strangers are not looked at.
    public mutating func received(
        _ message: ConsensusMessage, from peer: PublicKey, at now: Instant
    ) -> [ConsensusAction] {
        act(at: now) { machine in
            guard machine.peers.isConnected(peer) else { return }
            machine.take(message, from: peer, at: now)
        }
    }

    // MARK: The application

    /// The block that ``ConsensusAction/build(_:)`` asked for; nil if there is none to be had.
    public mutating func built(
        _ content: BlockContent?, view: View, epoch: Epoch, at now: Instant
    ) -> [ConsensusAction] {
        act(at: now) { $0.propose(content, view: view, epoch: epoch, at: now) }
    }

    /// What the application says of a block that ``ConsensusAction/verify(_:)`` asked about.
    public mutating func verified(
        _ digest: Digest, _ verdict: Verdict, at now: Instant
    ) -> [ConsensusAction] {
        act(at: now) { machine in
            guard machine.blocks[digest]?.judgement == .asked else { return }
            machine.blocks.judge(digest, verdict == .valid ? .valid : .refused(machine.state.view))
        }
    }

    /// The application has kept what follows from every block up to `height`.
    ///
    /// - Parameter nextSet: after an epoch's last block the set of the next one, whose digest the block
    ///   names; not looked at for others.
    public mutating func acknowledged(
        _ height: Height, nextSet: ValidatorSet? = nil, at now: Instant
    ) -> [ConsensusAction] {
        act(at: now) { $0.acknowledge(height, nextSet: nextSet, at: now) }
    }

    /// The application has it: it is not kept for it any more.
    public mutating func evidenceTaken(_ taken: Evidence) { evidence.take(taken) }

    /// Evidence that the application has not taken, in the order in which it was found.
    public var evidenceWaiting: [Evidence] { evidence.waiting }

    // MARK: The journal

    /// Every batch up to this number is on the disk.
    public mutating func kept(through batch: UInt64, at now: Instant) -> [ConsensusAction] {
        act(at: now) { $0.writes.kept(through: batch) }
    }

    /// A write or sync failed. What the disk holds is not known: nothing is sent any more, and the process
    /// ends.
    public mutating func keepingFailed() -> [ConsensusAction] {
        condition = .ended
        return [.alarm(.journalFailed)]
    }

    /// Headers that one ``ConsensusAction/recall(_:above:)`` wants at most: a third of a megabyte.
    public static var recalledBlocks: Int { 1_024 }

    /// What the journal has of ``ConsensusAction/recall(_:above:)``.
    ///
    /// - Parameter headers: of the block and its ancestors, newest first, each the parent of the one before
    ///   it; empty if the journal does not have the block.
    public mutating func recalled(
        _ digest: Digest, _ headers: [Header], at now: Instant
    ) -> [ConsensusAction] {
        act(at: now) { $0.take(headers, recalledFor: digest) }
    }

    /// ``ConsensusAction/serve(_:to:)`` has been answered with so many bytes; 0 if the journal has nothing of
    /// it.
    public mutating func served(_ peer: PublicKey, bytes: Int, at now: Instant) {
        peers.endServing(peer)
        peers.charge(bytes, to: peer, at: now)
    }
}
