internal import ConclaveConsensusCore
internal import ConclaveConsensusTrials
internal import ConclaveCryptography
internal import ConclaveFuzzedConsensus
internal import ConclaveFuzzing

/// The records of a node that followed the rules, in the order in which it wrote them, and what they mean.
struct WrittenJournal {
    static let own = 0
    static let epochLength: UInt64 = 3

    private(set) var committee: FuzzedCommittee
    private(set) var records: [JournalRecord] = []
    private var start: EpochStart
    private var view: View = 1
    private var parent: Header
    private var parentView: View = 0

    static let first = FuzzedCommittee(weights: [1, 1, 1, 1], chain: Digest(of: [3]), epoch: 0)

    static var genesis: EpochStart {
        EpochStart(genesis: first.genesis, validators: first.committee.validators)
    }

    init(_ choices: inout Choices) {
        committee = Self.first
        start = Self.genesis
        parent = start.origin
        records.append(.epoch(start, choices.once(in: 8) ? .abstaining : .voting))
        for _ in 0..<choices.number(below: 24) { step(&choices) }
    }

    /// One view: what was voted there, and how it ended.
    private mutating func step(_ choices: inout Choices) {
        let isNullified = choices.once(in: 3)
        let height = parent.height.next,
            last = Height((committee.committee.epoch.number + 1) * Self.epochLength)
        let next = nextCommittee
        let isLast = height == last
        let block =
            parent.height == last
            ? nil
            : committee.block(
                Int(view.number) + 100 * Int(committee.committee.epoch.number), on: parent,
                next: isLast ? next.committee.digest : .zero)
        let proposal = Proposal(
            epoch: committee.committee.epoch, view: view, parentView: parentView,
            payload: block?.digest ?? parent.digest)
        if isNullified {
            if choices.once(in: 2) { keep(.nullify(proposal.epoch, view)) }
            records.append(
                .certificate(committee.certificate(.nullify(proposal.epoch, view), by: [1, 2, 3])))
            view = view.next
            return
        }
        if let block { records.append(.block(block)) }
        if choices.once(in: 2) { keep(.notarize(proposal)) }
        if choices.once(in: 6) { return }  // it was killed in this view
        records.append(.certificate(committee.certificate(.notarize(proposal), by: [1, 2, 3])))
        if choices.once(in: 2) { keep(.finalize(proposal)) }
        parent = block?.header ?? parent
        parentView = view
        if choices.once(in: 2) { settle(proposal, isLast: isLast || block == nil, next: next, &choices) }
        view = view.next
    }

    private mutating func settle(
        _ proposal: Proposal, isLast: Bool, next: FuzzedCommittee, _ choices: inout Choices
    ) {
        let finalization = committee.certificate(.finalize(proposal), by: [1, 2, 3])
        records.append(.certificate(finalization))
        records.append(.settled(proposal.epoch, view))
        guard choices.once(in: 2) || isLast else { return }
        records.append(.acknowledged(parent.height, proposal.payload))
        guard isLast, choices.once(in: 2) else { return }
        start = EpochStart(
            epoch: proposal.epoch.next, origin: parent, validators: next.committee.validators,
            closing: finalization)
        committee = next
        records.append(.epoch(start, .voting))
        view = 0
        parentView = 0
    }

    /// A block that may follow all that is written, and where its leader would propose it; there are several.
    func offer(_ number: Int, in view: View) -> (proposal: Proposal, block: Block) {
        let epoch = committee.committee.epoch
        let isLast = parent.height.next == Height((epoch.number + 1) * Self.epochLength)
        let block = committee.block(
            10_000 + number, on: parent, next: isLast ? nextCommittee.committee.digest : .zero)
        let proposal = Proposal(epoch: epoch, view: view, parentView: parentView, payload: block.digest)
        return (proposal, block)
    }

    private var nextCommittee: FuzzedCommittee {
        FuzzedCommittee(
            weights: [1, 1, 1, 1], chain: committee.committee.chain, epoch: committee.committee.epoch.next)
    }

    private mutating func keep(_ subject: Subject) {
        let isKept = records.contains {
            if case .vote(let vote) = $0 {
                Self.contradict(vote.subject, subject) || vote.subject == subject
            } else {
                false
            }
        }
        if !isKept { records.append(.vote(committee.vote(subject, by: Self.own))) }
    }

    /// Whether no honest key gives both, in whatever order.
    static func contradict(_ one: Subject, _ other: Subject) -> Bool {
        guard one != other, one.epoch == other.epoch, one.view == other.view else { return false }
        return one.kind == other.kind || Set([one.kind, other.kind]) == [.nullify, .finalize]
    }
}
