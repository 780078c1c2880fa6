public import ConclaveChain
public import ConclaveCodec
public import ConclaveConsensus
public import ConclaveConsensusCore
public import ConclaveCryptography
import ConclavePeers
public import ConclavePeersCore
import ConclavePrimitives
public import ConclaveRuntime
import ConclaveTelemetry

/// The staking chain as what an engine agrees about: builds blocks of what waits, executes those of others,
/// and keeps what is final.
public actor ChainApplication {
    /// Epochs whose validators are remembered: the engine asks for those of an epoch a little after it began.
    private static let rostersKept = 4
    /// Certificates of blocks that have not been delivered. While this node catches up, newer blocks certify
    /// them.
    private static let certificatesMax = 64

    nonisolated let context: Context
    private nonisolated let store: ChainStore
    private nonisolated let own: PublicKey
    private nonisolated let pace: ChainPace
    private nonisolated let tell: @Sendable (ChainNews) -> Void

    private var blocks: PendingBlocks
    private var pool: Mempool
    /// What was built last and has not been proposed yet.
    private var built: (block: ExecutedBlock, since: Instant)?
    /// Final and on their way to the disk, in order.
    private var unkept: [FinalBlock] = []
    private var certificates: [(digest: ChainDigest, certificate: Certificate)] = []
    private var rosters: [Roster] = []
    /// Where this node's operator says that validators are, whatever the chain says.
    private var places = SortedArray<PublicKey, PeerAddress>()
    private var meter = FinalityMeter()
    private var marks = HeightMarks()
    private var gaps: GapMeter
    private var evidence = 0
    private var evidenceTold: Instant?
    private var sender: Sender?

    public nonisolated var unownedExecutor: UnownedSerialExecutor {
        unsafe context.executor.asUnownedSerialExecutor()
    }

    /// - Parameters:
    ///   - ledger: the state that `store` was opened with.
    ///   - origin: the digest of the header that `ledger` is the state behind.
    ///   - own: the network key of this node.
    ///   - gossip: where it passes transactions on; nil for nowhere.
    ///   - tell: takes what happens, on the context's executor.
    public init(
        _ store: ChainStore, behind origin: ChainDigest, _ ledger: Ledger, own: PublicKey, pace: ChainPace,
        gossip: TransactionGossip? = nil, context: Context, tell: @escaping @Sendable (ChainNews) -> Void
    ) {
        self.store = store
        sender = gossip?.sender
        self.own = own
        self.pace = pace
        self.context = context
        self.tell = tell
        blocks = PendingBlocks(behind: origin, ledger)
        pool = Mempool()
        gaps = GapMeter(since: context.clock.wallTime)
        rosters = [ledger.roster] + (ledger.nextRoster.map { [$0] } ?? [])
    }

    /// Opens the chain that is kept in the context's storage, or begins a new one.
    public static func open(
        _ genesis: ChainGenesis, own: PublicKey, pace: ChainPace, gossip: TransactionGossip?,
        context: Context,
        tell: @escaping @Sendable (ChainNews) -> Void
    ) async throws(ChainStoreFault) -> ChainApplication {
        let (store, ledger) = try await ChainStore.open(in: context.storage, genesis)
        var origin = ChainDigest.zero
        if ledger.height > 0 {
            guard let stored = try await store.header(at: ledger.height) else { throw .corrupt(.header) }
            origin = ChainDigest(of: stored.header)
        } else if let start = try? genesis.epochStart {
            origin = ChainDigest(start.originDigest)
        }
        return ChainApplication(
            store, behind: origin, ledger, own: own, pace: pace, gossip: gossip, context: context, tell: tell)
    }

    /// Where it stands. Takes what it was asked for once.
    public func figures() -> ChainFigures {
        let ledger = blocks.final.ledger
        return ChainFigures(
            height: ledger.height, epoch: ledger.epoch,
            stake: ledger.roster(of: ledger.epoch)?.seat(of: own)?.weight, waiting: pool.count,
            evidence: evidence, finality: meter.newest, finalities: meter.take(), longestGap: gaps.take(),
            marks: marks.take())
    }

    /// Waits until everything is kept, and lets the store go. After the engine has ended.
    public func close() async { await store.close() }

    // MARK: Executing

    /// Executes a block that may follow its parent.
    ///
    /// - Throws: why it may not.
    private func execute(_ block: Block) throws(BlockRefusal) {
        let digest = ChainDigest(block.digest), parent = ChainDigest(block.header.parent)
        guard blocks.ledger(behind: digest) == nil else { return }
        guard let ledger = blocks.ledger(behind: parent) else { throw .unknownParent }
        let executed: ExecutedBlock
        do throws(BlockFault) {
            executed = try ExecutedBlock(verifying: block.body, on: ledger) { pool[$0] }
        } catch {
            throw .fault(error)
        }
        guard executed.height == block.height.number else { throw .wrongHeight }
        guard Digest(executed.stateRoot) == block.header.stateRoot else { throw .wrongState }
        guard nextSetDigest(behind: executed.ledger, block.header) == block.header.nextSetDigest else {
            throw .wrongNextSet
        }
        blocks.executed(executed, digest: digest, on: parent)
    }

    private func nextSetDigest(behind ledger: Ledger, _ header: Header) -> Digest {
        nextSet(behind: ledger)?.digest(chain: header.chain, epoch: header.epoch.next) ?? .zero
    }

    /// After an epoch's last block who decides the next one.
    private func nextSet(behind ledger: Ledger) -> ValidatorSet? {
        let schedule = ledger.terms.schedule, epoch = schedule.epoch(of: ledger.height)
        guard ledger.height == schedule.last(of: epoch) else { return nil }
        return try? ledger.roster(of: epoch + 1)?.validatorSet
    }

    private enum BlockRefusal: Error {
        case unknownParent, wrongHeight, wrongState, wrongNextSet
        case fault(BlockFault)
    }
}

// MARK: - What the engine asks

extension ChainApplication: ConsensusApplication {
    public func build(_ request: BuildRequest) async -> BlockContent? {
        let wait = pace.wait(behind: request.parent.time, at: context.clock.wallTime)
        if wait > .zero { try? await context.sleep(for: wait) }
        guard let parent = blocks.ledger(behind: ChainDigest(request.parentDigest)) else { return nil }
        let since = context.clock.now
        let block = ExecutedBlock(building: parent, from: pool)
        built = (block, since)
        return BlockContent(
            body: block.body.bytes, stateRoot: Digest(block.stateRoot),
            nextSet: nextSet(behind: block.ledger),
            time: max(context.clock.wallTime, request.parent.time))
    }

    public func proposed(_ block: Block) {
        let digest = ChainDigest(block.digest)
        if let built, Digest(built.block.stateRoot) == block.header.stateRoot {
            blocks.executed(built.block, digest: digest, on: ChainDigest(block.header.parent))
            meter.proposed(digest, since: built.since)
        } else {
            // A later turn has begun. Nothing is lost if this fails: the block is judged when somebody asks.
            try? execute(block)
        }
        built = nil
    }

    public func verify(_ block: Block) -> Verdict {
        do throws(BlockRefusal) {
            try execute(block)
            return .valid
        } catch {
            context.log.warning(
                "refused a block", ["height": "\(block.height)", "reason": "\(error)"])
            return .refused
        }
    }

    public func deliver(_ block: Block) throws -> ValidatorSet? {
        guard block.height.number > blocks.final.ledger.height else {
            return block.height.number == blocks.final.ledger.height
                ? nextSet(behind: blocks.final.ledger) : nil
        }
        let digest = ChainDigest(block.digest)
        do throws(BlockRefusal) {
            try execute(block)
        } catch {
            throw ChainFailure.unsoundBlock(block.height.number, "\(error)")
        }
        guard let executed = blocks.finalized(digest) else {
            throw ChainFailure.unsoundBlock(block.height.number, "not the next one")
        }
        let next = nextSet(behind: executed.ledger)
        guard
            let header = StoredHeader(
                header: block.header.encoded, certificate: certificate(of: digest),
                nextSet: next?.encoded ?? [])
        else { throw ChainFailure.unsoundBlock(block.height.number, "too many validators") }
        pool.included(executed)
        unkept.append(FinalBlock(executed, header: header))
        meter.delivered(digest, at: context.clock.now)
        marks.delivered(executed.height, digest)
        gaps.delivered(block.header.time)
        note(executed.ledger)
        return next
    }

    public func keep() async throws {
        let waiting = unkept
        try await store.append(waiting)
        unkept.removeFirst(waiting.count)
    }

    public func finalized(by certificate: Certificate) {
        guard let payload = certificate.subject.proposal?.payload else { return }
        if certificates.count == Self.certificatesMax { certificates.removeFirst() }
        certificates.append((ChainDigest(payload), certificate))
    }

    /// The certificate of a block that is delivered now; those of blocks below it will not be asked for.
    private func certificate(of digest: ChainDigest) -> [UInt8] {
        guard let place = certificates.firstIndex(where: { $0.digest == digest }) else { return [] }
        defer { certificates.removeFirst(place + 1) }
        return certificates[place].certificate.encoded
    }

    public func announcedSet(after epoch: Epoch) -> ValidatorSet? {
        try? blocks.final.ledger.roster(of: epoch.number + 1)?.validatorSet
    }

    public func peers(of validators: ValidatorSet, epoch: Epoch) -> [PeerSet.Member] {
        guard let roster = rosters.last(where: { $0.epoch == epoch.number }) else {
            context.log.error("nobody knows where the validators are", ["epoch": "\(epoch)"])
            return []
        }
        return roster.members.map { member in
            PeerSet.Member(
                member.peer, at: places[member.peer] ?? member.address, weight: member.weight)
        }
    }

    /// Dials these validators there, and all others where the chain says.
    ///
    /// - Returns: who is elsewhere now than before, and where.
    public func place(_ told: [(PublicKey, Ingress)]) -> [(PeerID, PeerAddress)] {
        let former = places
        places = SortedArray()
        for (key, ingress) in told { places[key] = PeerAddress(dialled: ingress) }
        var known = SortedArray<PublicKey, PeerAddress>()
        for member in rosters.flatMap(\.members) { known[member.peer] = member.address ?? known[member.peer] }
        return known.compactMap { peer, address in
            let (before, now) = (former[peer] ?? address, places[peer] ?? address)
            return before == now ? nil : (peer, now)
        }
    }

    public func found(_ found: Evidence) {
        evidence += 1
        // Who lies once lies often.
        let now = context.clock.now
        if let evidenceTold, evidenceTold.duration(to: now) < .seconds(1) { return }
        evidenceTold = now
        guard let roster = rosters.last(where: { $0.epoch == found.epoch.number }),
            roster.seats.indices.contains(Int(found.signer))
        else { return }
        tell(
            .evidence(
                of: roster.seats[Int(found.signer)].contact.networkKey, found.offence,
                epoch: found.epoch.number, view: found.view.number))
    }

    public func alarm(_ alarm: ConsensusAlarm) { tell(.alarm("\(alarm)")) }

    /// Remembers who is announced, and tells when the next block begins an epoch.
    private func note(_ ledger: Ledger) {
        if let next = ledger.nextRoster, rosters.last != next {
            rosters.append(next)
            if rosters.count > Self.rostersKept { rosters.removeFirst() }
        }
        let schedule = ledger.terms.schedule
        guard ledger.height == schedule.last(of: schedule.epoch(of: ledger.height)) else { return }
        let before = ledger.roster(of: ledger.epoch - 1)?.networkKeys ?? []
        let after = ledger.roster(of: ledger.epoch)?.networkKeys ?? []
        tell(
            .epoch(
                ledger.epoch, joined: after.filter { !before.contains($0) },
                left: before.filter { !after.contains($0) }))
    }
}

extension Roster {
    fileprivate var networkKeys: [PublicKey] { seats.map(\.contact.networkKey) }
}

// MARK: - What is asked over HTTP

extension ChainApplication: ChainView {
    public func ledger() -> Ledger { blocks.final.ledger }

    public func submit(_ transaction: VerifiedTransaction) -> MempoolRefusal? {
        if let refusal = take(transaction) { return refusal }
        // Who has no room, or is away, may still get it into a block through us.
        _ = try? sender?.send(transaction.signed.encoded, to: .all)
        return nil
    }

    private func take(_ transaction: VerifiedTransaction) -> MempoolRefusal? {
        do throws(MempoolRefusal) {
            try pool.add(transaction, on: blocks.final.ledger)
            return nil
        } catch {
            return error
        }
    }

    /// A transaction that a peer passed on.
    func received(_ bytes: [UInt8]) -> GossipVerdict {
        guard let signed = try? SignedTransaction(decoding: bytes) else { return .unsound }
        guard pool[signed.hash] == nil else { return .refused }
        let identity = blocks.final.ledger.terms.identity
        guard let transaction = try? VerifiedTransaction(signed, on: identity) else { return .unsound }
        return take(transaction) == nil ? .taken : .refused
    }

    public func waiting(_ hash: ChainDigest) -> VerifiedTransaction? { pool[hash] }

    public func nextNonce(of key: PublicKey, behind nonce: UInt64) -> UInt64 {
        pool.nextNonce(of: key, behind: nonce)
    }

    public func header(at height: UInt64) async throws(ChainStoreFault) -> StoredHeader? {
        if let block = unkept.first(where: { $0.height == height }) { return block.header }
        return try await store.header(at: height)
    }

    public func body(at height: UInt64) async throws(ChainStoreFault) -> [UInt8]? {
        if let block = unkept.first(where: { $0.height == height }) { return block.executed.body.bytes }
        return try await store.body(at: height)
    }

    public func place(of hash: ChainDigest) async throws(ChainStoreFault) -> TransactionPlace? {
        try await store.place(of: hash)
    }
}
