import ConclaveConsensusTrials
import ConclaveCryptography
import ConclavePrimitives

@testable import ConclaveConsensusCore

typealias Machine = ConsensusMachine<TrialKey, TrialVerifier>

func instant(_ milliseconds: Int) -> Instant { Instant(nanoseconds: UInt64(milliseconds) * 1_000_000) }

/// Δ of every test here.
let delta = Duration.milliseconds(100)

/// Bytes that look different from those of any other number.
func digest(_ number: Int) -> Digest { Digest(of: [UInt8(truncatingIfNeeded: number), 1]) }

/// A validator set of stand-in keys, and everything that can be signed in its first epoch.
struct Chain {
    let keys: [TrialKey]
    let start: EpochStart
    let committee: Committee

    init(weights: [UInt64] = [1, 1, 1, 1]) {
        keys = weights.indices.map { TrialKey.standIn(number: $0) }.sorted { $0.publicKey < $1.publicKey }
        let members = zip(keys, weights).map { ValidatorSet.Member($0.publicKey, weight: $1) }
        guard let set = try? ValidatorSet(members) else { preconditionFailure("the keys differ") }
        let chain = Digest(of: Array("test".utf8))
        let genesis = Header.genesis(
            chain: chain, validators: set, stateRoot: .zero, time: WallTime(milliseconds: 0))
        start = EpochStart(genesis: genesis, validators: set)
        committee = Committee(chain: chain, epoch: 0, validators: set)
    }

    func vote(_ subject: Subject, by signer: Int) -> Vote {
        Vote(subject, signer: UInt16(signer), signature: keys[signer].sign(committee.statement(of: subject)))
    }

    func certificate(_ subject: Subject, by signers: [Int] = [0, 1, 2]) -> Certificate {
        Certificate(
            subject, count: keys.count,
            votes: signers.map { ($0, keys[$0].sign(committee.statement(of: subject))) })
    }

    /// A block on `parent`; the genesis block if nil.
    func block(_ number: Int, on parent: Header? = nil, last: Bool = false) -> Block {
        let parent = parent ?? start.origin
        let body = [UInt8(truncatingIfNeeded: number), 7]
        let header = Header(
            chain: committee.chain, height: parent.height.next, epoch: 0, parent: parent.digest,
            bodyRoot: Digest(of: body), stateRoot: .zero, setDigest: committee.digest,
            nextSetDigest: last ? start.validators.digest(chain: committee.chain, epoch: 1) : .zero,
            time: WallTime(milliseconds: UInt64(number)))
        return Block(trusted: header, body: body)
    }

    func proposal(_ view: View, parent: View = 0, of block: Block) -> Proposal {
        Proposal(epoch: 0, view: view, parentView: parent, payload: block.digest)
    }
}

/// One machine with a journal and an application that do what they are told at once, and everybody else in
/// the test's hand.
struct Bench {
    let chain: Chain
    let own: Int
    var machine: Machine
    /// Everything that it did, but for writes, questions, builds and what it asks the application.
    var said: [ConsensusAction] = []
    /// What the journal has.
    var journal: [JournalRecord] = []
    /// Batches that wait for ``sync(at:)``.
    var unsynced: [JournalBatch] = []
    var builds: [BuildRequest] = []
    var asked: [BlockReference] = []
    var asks: [(ask: Ask, to: PublicKey)] = []
    var mode = Mode.obliging

    enum Mode {
        /// Syncs at once, finds every block valid, acknowledges what it is given.
        case obliging
        /// Does nothing of that by itself.
        case idle
    }

    /// The machine of the member that does not lead view 1, or of another.
    init(
        _ chain: Chain = Chain(), own: Int = 0, epochLength: UInt64 = 100, recovery: Recovery = Recovery(),
        mode: Mode = .obliging, emptyJournal: Machine.EmptyJournal = .neverVoted, at now: Instant = instant(0)
    ) {
        self.chain = chain
        self.own = own
        self.mode = mode
        guard let configuration = try? ConsensusConfiguration(delta: delta, epochLength: epochLength) else {
            preconditionFailure("an epoch has a length")
        }
        machine = Machine(
            configuration: configuration, genesis: chain.start, signer: chain.keys[own], verifier: .standIn,
            recovery: recovery, emptyJournal: emptyJournal, at: now)
        perform(machine.started(at: now), at: now)
        for key in chain.keys where key.publicKey != chain.keys[own].publicKey {
            perform(machine.connected(key.publicKey, at: now), at: now)
        }
        said = []
    }

    mutating func connect(_ member: Int) {
        perform(machine.connected(chain.keys[member].publicKey, at: instant(0)), at: instant(0))
    }

    mutating func hear(_ message: ConsensusMessage, from sender: Int, at milliseconds: Int = 0) {
        let now = instant(milliseconds)
        perform(machine.received(message, from: chain.keys[sender].publicKey, at: now), at: now)
    }

    mutating func hear(_ subject: Subject, from signers: [Int], at milliseconds: Int = 0) {
        for signer in signers { hear(.vote(chain.vote(subject, by: signer)), from: signer, at: milliseconds) }
    }

    /// A leader's proposal and its body.
    mutating func hear(
        _ proposal: Proposal, of block: Block, with certificates: [Certificate] = [], from leader: Int,
        at milliseconds: Int = 0
    ) {
        let vote = chain.vote(.notarize(proposal), by: leader)
        hear(.proposal(LeaderProposal(vote, certificates: certificates)), from: leader, at: milliseconds)
        hear(.body(proposal.view, block), from: leader, at: milliseconds)
    }

    mutating func wake(at milliseconds: Int) {
        perform(machine.woke(at: instant(milliseconds)), at: instant(milliseconds))
    }

    mutating func sync(at milliseconds: Int = 0) {
        let now = instant(milliseconds)
        while let batch = unsynced.first {
            unsynced.removeFirst()
            journal += batch.records
            perform(machine.kept(through: batch.number, at: now), at: now)
        }
    }

    mutating func perform(_ actions: [ConsensusAction], at now: Instant) {
        for action in actions {
            switch action {
            case .write(let batch):
                unsynced.append(batch)
                if mode == .obliging { sync(at: Int(now.nanoseconds / 1_000_000)) }
            case .send(.ask(let ask), .one(let peer)): asks.append((ask, peer))
            case .verify(let block):
                asked.append(block)
                if mode == .obliging { perform(machine.verified(block.digest, .valid, at: now), at: now) }
            case .recall(let digest, let height): recall(digest, above: height, at: now)
            case .build(let request): builds.append(request)
            case .deliver(let block):
                said.append(action)
                guard mode == .obliging else { continue }
                let next = block.header.nextSetDigest == .zero ? nil : chain.start.validators
                perform(machine.acknowledged(block.height, nextSet: next, at: now), at: now)
            case .send, .sendBody, .serve, .proposed, .tip, .enter, .crossed, .block, .report, .alarm:
                said.append(action)
            }
        }
    }

    /// What the journal has of the way down.
    private mutating func recall(_ digest: Digest, above height: Height, at now: Instant) {
        var headers: [Header] = [], next = digest
        while let header = keptHeader(next), header.height > height {
            headers.append(header)
            next = header.parent
        }
        perform(machine.recalled(digest, headers, at: now), at: now)
    }

    private func keptHeader(_ digest: Digest) -> Header? {
        for case .block(let block) in journal where block.digest == digest { return block.header }
        return nil
    }

    /// The machine after a crash that lost everything but the journal.
    func restarted(at milliseconds: Int = 0) -> Bench {
        var recovery = Recovery()
        for record in journal { recovery.replay(record) }
        return Bench(chain, own: own, recovery: recovery, mode: mode, at: instant(milliseconds))
    }

    /// Own votes among what was said.
    var votes: [Subject] {
        said.compactMap { action in
            switch action {
            case .send(.vote(let vote), to: _): Int(vote.signer) == own ? vote.subject : nil
            case .send(.proposal(let proposal), to: _): proposal.vote.subject
            default: nil
            }
        }
    }

    /// Certificates that were passed on.
    var passedOn: [Subject] {
        said.compactMap {
            if case .send(.certificate(let certificate), to: _) = $0 { certificate.subject } else { nil }
        }
    }

    var blamed: [PeerOffence] {
        said.compactMap { if case .block(_, let offence) = $0 { offence } else { nil } }
    }

    var delivered: [Digest] {
        said.compactMap { if case .deliver(let block) = $0 { block.digest } else { nil } }
    }
}

extension JournalRecord {
    var name: String {
        switch self {
        case .epoch: "epoch"
        case .certificate: "certificate"
        case .block: "block"
        case .vote: "vote"
        case .acknowledged: "acknowledged"
        case .settled: "settled"
        }
    }
}
