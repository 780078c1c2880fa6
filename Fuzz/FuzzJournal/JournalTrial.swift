internal import ConclaveCodec
internal import ConclaveConsensusCore
internal import ConclaveConsensusTrials
internal import ConclaveCryptography
internal import ConclaveFuzzedConsensus
internal import ConclaveFuzzing
internal import ConclavePrimitives

/// A machine that starts from a journal and then hears this and that.
struct JournalTrial {
    private static let delta = Duration.milliseconds(100)

    private var machine: ConsensusMachine<TrialKey, TrialVerifier>
    private var now = Instant(nanoseconds: 1_000_000_000)
    /// Own votes of the journal, and those that were kept since.
    private var given: [Subject] = []
    /// Blocks of the journal, and those that were kept since.
    private var blocks: [Block] = []
    private let keys = WrittenJournal.first.keys
    /// Of a journal that was changed only this is asked: that the machine lives. Its votes may be others'.
    private let isWhole: Bool
    private let journal: WrittenJournal

    private init(
        _ records: [JournalRecord], of journal: WrittenJournal, isWhole: Bool, _ choices: inout Choices
    ) throws(Finding) {
        self.isWhole = isWhole
        self.journal = journal
        guard
            let configuration = try? ConsensusConfiguration(
                delta: Self.delta, epochLength: WrittenJournal.epochLength)
        else { throw Finding("a configuration within its ranges is refused") }
        for case .block(let block) in records { blocks.append(block) }
        machine = ConsensusMachine(
            configuration: configuration, genesis: WrittenJournal.genesis, signer: keys[WrittenJournal.own],
            verifier: .standIn, recovery: Self.recovery(from: records, choices.once(in: 2) ? .all : .named),
            emptyJournal: choices.once(in: 2) ? .neverVoted : .maybeLost, at: now)
        for case .vote(let vote) in records { given.append(vote.subject) }
    }

    /// Which blocks a journal is read back with.
    private enum BlocksRead {
        case all
        /// Those that votes and certificates are about.
        case named
    }

    private static func recovery(from records: [JournalRecord], _ read: BlocksRead) -> Recovery {
        var recovery = Recovery(), unread: [Digest: JournalRecord] = [:]
        for record in records {
            if case .block(let block) = record, read == .named {
                unread[block.digest] = record
            } else {
                recovery.replay(record)
            }
        }
        while let digest = recovery.takeMissingBlock() {
            if let record = unread[digest] { recovery.replay(record) }
        }
        return recovery
    }

    // MARK: Damage

    /// Records are changed, cut, exchanged and left out; those that still are records make up the journal.
    static func damaged(_ choices: inout Choices) throws(Finding) {
        var records: [JournalRecord] = []
        let journal = WrittenJournal(&choices)
        for record in journal.records {
            let bytes = record.encoded
            guard choices.once(in: 4) else {
                records.append(record)
                continue
            }
            let changed = choices.damaged(bytes)
            guard let read = try? JournalRecord(decoding: changed) else { continue }
            try expect(read.encoded == changed, "\(Hex.text(changed)) is read as \(read)")
            records.append(read)
            if choices.once(in: 8) { records.swapAt(records.count - 1, choices.number(below: records.count)) }
        }
        var trial = try JournalTrial(records, of: journal, isWhole: false, &choices)
        try trial.live(&choices)
    }

    // MARK: A beginning

    static func whole(_ choices: inout Choices) throws(Finding) {
        let journal = WrittenJournal(&choices)
        var records = journal.records
        for record in records {
            let bytes = record.encoded
            let back = try? JournalRecord(decoding: bytes)
            try expect(back == record && back?.encoded == bytes, "\(record) comes back changed")
            let torn = Array(bytes.prefix(choices.number(below: bytes.count)))
            try expect(
                (try? JournalRecord(decoding: torn)) == nil, "\(torn.count) bytes of \(record) are one")
        }
        records.removeLast(choices.number(below: records.count))
        var trial = try JournalTrial(records, of: journal, isWhole: true, &choices)
        try trial.stands(where: records)
        try trial.live(&choices)
    }

    /// The model: the newest epoch, one view above its highest certificate, the highest finalization.
    private func stands(where records: [JournalRecord]) throws(Finding) {
        var epoch: Epoch = 0, view: View = 1, final: View = 0, acknowledged: Height = 0
        for record in records {
            switch record {
            case .epoch(let start, _):
                (epoch, view, final) = (start.epoch, 1, 0)
                acknowledged = max(acknowledged, start.origin.height)
            case .certificate(let certificate):
                view = max(view, certificate.subject.view.next)
                if certificate.subject.kind == .finalize { final = max(final, certificate.subject.view) }
            case .acknowledged(let height, _): acknowledged = height
            case .block, .vote, .settled: break
            }
        }
        let status = machine.status
        try expect(status.epoch == epoch, "epoch \(status.epoch), not \(epoch)")
        try expect(status.view == view, "view \(status.view), not \(view)")
        try expect(status.lastFinal == final, "view \(status.lastFinal) is final, not \(final)")
        try expect(
            status.acknowledged == acknowledged, "\(status.acknowledged) is acknowledged, not \(acknowledged)"
        )
        for case .epoch(let start, let standing) in records.reversed() where start.epoch == epoch {
            try expect(status.isVoting == (standing == .voting), "\(standing), and votes: \(status.isVoting)")
        }
    }

    // MARK: Life

    private mutating func live(_ choices: inout Choices) throws(Finding) {
        try perform(machine.started(at: now))
        for key in keys { try perform(machine.connected(key.publicKey, at: now)) }
        for _ in 0..<16 where !choices.isEmpty { try step(&choices) }
    }

    private mutating func step(_ choices: inout Choices) throws(Finding) {
        now = now.advanced(by: Self.delta * choices.number(below: 5))
        let status = machine.status
        let committee = FuzzedCommittee(
            weights: [1, 1, 1, 1], chain: WrittenJournal.first.committee.chain, epoch: status.epoch)
        let place = choices.number(below: 4)
        let view = place == 0 ? status.view.lowered(by: 1) : place == 1 ? status.view.next : status.view
        let proposal = Proposal(
            epoch: status.epoch, view: view, parentView: view.lowered(by: UInt64(choices.number(below: 3))),
            payload: choices.digest())
        let subject: Subject =
            switch choices.number(below: 3) {
            case 0: .nullify(status.epoch, view)
            case 1: .notarize(known(in: view) ?? proposal)
            default: .finalize(known(in: view) ?? proposal)
            }
        switch choices.number(below: 5) {
        case 0: try perform(machine.woke(at: now))
        case 1: try hear(.certificate(committee.certificate(subject, by: [1, 2, 3])), from: 1)
        case 2:
            for signer in 1..<4 { try hear(.vote(committee.vote(subject, by: signer)), from: signer) }
        case 3: try hear(proposal, choices.block(), committee)
        default:
            let (proposal, block) = journal.offer(choices.number(below: 3), in: status.view)
            try hear(proposal, block, committee)
        }
    }

    /// The leader of a view proposes, if that is another than this node.
    private mutating func hear(
        _ proposal: Proposal, _ block: Block, _ committee: FuzzedCommittee
    ) throws(Finding) {
        let leader = Int((proposal.epoch.number % 4 + proposal.view.number % 4) % 4)
        guard leader != WrittenJournal.own else { return }
        let vote = committee.vote(.notarize(proposal), by: leader)
        try hear(.proposal(LeaderProposal(vote, certificates: [])), from: leader)
        try hear(.body(proposal.view, block), from: leader)
    }

    /// What the journal has of a view.
    private func known(in view: View) -> Proposal? {
        given.lazy.compactMap(\.proposal).first { $0.view == view && $0.epoch == machine.status.epoch }
    }

    private mutating func hear(_ message: ConsensusMessage, from signer: Int) throws(Finding) {
        try perform(machine.received(message, from: keys[signer].publicKey, at: now))
    }

    /// Performs actions in their order, and what comes of them after all of these.
    private mutating func perform(_ actions: [ConsensusAction]) throws(Finding) {
        var left = actions[...], view = machine.status.view, inView = 0
        // A node that weighs more than all others together, as a changed record may say, goes on alone.
        for _ in 0..<2_000 {
            guard let action = left.popFirst() else { return }
            inView = view == machine.status.view ? inView + 1 : 0
            view = machine.status.view
            try expect(inView < 1_000, "one event leads to actions without an end")
            switch action {
            case .write(let batch):
                for case .vote(let vote) in batch.records { try cast(vote.subject) }
                for case .block(let block) in batch.records { blocks.append(block) }
                left += machine.kept(through: batch.number, at: now)
            case .verify(let block): left += machine.verified(block.digest, .valid, at: now)
            case .build(let request):
                left += machine.built(nil, view: request.view, epoch: request.epoch, at: now)
            case .deliver(let block):
                left += machine.acknowledged(block.height, nextSet: nextSet, at: now)
            case .recall(let digest, let height):
                left += machine.recalled(digest, headers(of: digest, above: height), at: now)
            case .send(.vote(let vote), _): try sent(vote)
            case .send(.proposal(let proposal), _): try sent(proposal.vote)
            case .send, .sendBody, .serve, .proposed, .tip, .enter, .crossed, .block, .report, .alarm: break
            }
        }
    }

    /// The header of the block and those below it, as far as they were kept.
    private func headers(of digest: Digest, above height: Height) -> [Header] {
        var headers: [Header] = [], next = digest
        while let block = blocks.first(where: { $0.digest == next }), block.height > height {
            headers.append(block.header)
            next = block.header.parent
        }
        return headers
    }

    private var nextSet: ValidatorSet { WrittenJournal.first.committee.validators }

    private mutating func cast(_ subject: Subject) throws(Finding) {
        for earlier in given where isWhole && WrittenJournal.contradict(earlier, subject) {
            throw Finding("\(subject) is voted for after \(earlier)")
        }
        given.append(subject)
    }

    private func sent(_ vote: Vote) throws(Finding) {
        try expect(
            !isWhole || given.contains(vote.subject), "\(vote.subject) is sent and was never kept")
    }
}
