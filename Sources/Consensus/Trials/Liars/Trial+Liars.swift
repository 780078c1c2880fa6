internal import ConclaveConsensusCore
internal import ConclaveCryptography
internal import ConclavePrimitives

extension Trial {
    // MARK: What they hear

    mutating func liarsSee(_ message: ConsensusMessage) {
        guard case .proposal(let proposal) = message, let offered = proposal.vote.subject.proposal else {
            return
        }
        remember(offered)
    }

    mutating func remember(_ proposal: Proposal) {
        let place = Liars.Place(epoch: proposal.epoch, view: proposal.view)
        if liars.proposals[place]?.contains(proposal) != true {
            liars.proposals[place, default: []].append(proposal)
            liars.offered.append(proposal)
        }
    }

    mutating func liarGets(_ message: ConsensusMessage, from: Int, liar: Int) {
        guard case .ask(let ask) = message else { return }
        liars.questions = liars.questions.suffix(15) + [Liars.Question(ask: ask, from: from, liar: liar)]
        guard liars.areHelpful else { return }
        switch ask {
        case .block(let digest):
            if let block = blocks[digest] { transmit(.body(0, block), from: liar, to: from) }
        case .ancestry(let digest, _):
            if let block = blocks[digest] { transmit(.blocks([block]), from: liar, to: from) }
        case .certificate, .closing: break
        }
    }

    /// An honest node has entered a view.
    mutating func liarsHear(of epoch: Epoch, _ view: View) {
        guard !liars.identities.isEmpty, liars.style != .silent else { return }
        if let busy = liars.busy[epoch], busy >= view { return }
        liars.busy[epoch] = view
        if chance(0.5) { liars.mask = weather.sides != 0 ? weather.sides : random.next() }
        let acts = Int.random(in: 2...6, using: &random)
        for _ in 0..<acts {
            queue.add(.liarsAct(epoch, view, mask: liars.mask), at: after(uniform(0, 4)))
        }
        queue.add(.liarsLead(epoch, view, mask: liars.mask), at: after(uniform(0, 0.5)))
    }

    // MARK: What they say

    /// A liar's message to each of the honest among `audience`.
    mutating func whisper(_ message: ConsensusMessage, from liar: Int, to audience: [Int]) {
        for other in audience where nodes[other] != nil { transmit(message, from: liar, to: other) }
    }

    /// The vote of a liar that is a member; it exists from now on.
    mutating func lie(_ subject: Subject, by liar: Int) throws(Violation) -> Vote? {
        guard let committee = witness.committee(of: subject.epoch),
            let index = committee.validators.index(of: keys[liar].publicKey)
        else { return nil }
        let signature = keys[liar].sign(committee.statement(of: subject))
        let vote = Vote(subject, signer: UInt16(index), signature: signature)
        try witness.signed(vote)
        return vote
    }

    func members(among liars: [Int], of epoch: Epoch) -> [Int] {
        guard let set = witness.committee(of: epoch)?.validators else { return [] }
        return liars.filter { set.index(of: keys[$0].publicKey) != nil }
    }

    /// A true certificate with a quorum of the signatures that exist, chosen at random; nil if there is none.
    mutating func certificate(for subject: Subject) -> Certificate? {
        guard let set = witness.committee(of: subject.epoch)?.validators else { return nil }
        var chosen: [(signer: Int, signature: Signature)] = []
        var weight: UInt64 = 0
        for vote in witness.votes(for: subject).shuffled(using: &random)
        where vote.signer < set.count && !set.isQuorum(weight) {
            chosen.append(vote)
            weight += set.members[vote.signer].weight
        }
        guard set.isQuorum(weight) else { return nil }
        return Certificate(subject, count: set.count, votes: chosen.sorted { $0.signer < $1.signer })
    }

    // MARK: Leading

    /// If a liar leads: one to three proposals over different parents, each to an audience of its own. Now
    /// and then although it does not lead.
    mutating func liarsLead(_ epoch: Epoch, _ view: View, mask: UInt64) throws(Violation) {
        guard let committee = witness.committee(of: epoch), let start = witness.start(of: epoch) else {
            return
        }
        let index = configuration.election.leader(
            of: view, epoch: epoch, seed: LeaderElection.seed(origin: start.originDigest),
            among: committee.validators)
        guard var leader = place(of: committee.validators.members[index].key) else { return }
        if nodes[leader] != nil {
            guard chance(0.1), let other = members(among: liars.identities, of: epoch).first else { return }
            leader = other
        }
        let attempts = [1, 2, 2, 3].randomElement(using: &random) ?? 2
        for attempt in 0..<attempts {
            guard let proposal = falseProposal(epoch, view, start: start) else { return }
            let certificates = foundation(of: proposal)
            guard let vote = try lie(.notarize(proposal), by: leader) else { return }
            remember(proposal)
            let audience = audience(of: attempt, mask: mask)
            whisper(
                .proposal(LeaderProposal(vote, certificates: certificates)), from: leader, to: audience)
            if let block = blocks[proposal.payload], chance(0.9) {
                whisper(.body(view, block), from: leader, to: audience)
            }
        }
    }

    private mutating func audience(of attempt: Int, mask: UInt64) -> [Int] {
        if attempt == 0, liars.style == .helpfulSplit, chance(0.5) { return Array(keys.indices) }
        if liars.style == .chaos { return keys.indices.filter { _ in chance(0.5) } }
        return liars.half(attempt % 2, of: mask)
    }

    /// A block over some certified parent, mostly a good one.
    private mutating func falseProposal(_ epoch: Epoch, _ view: View, start: EpochStart) -> Proposal? {
        var parents: [(view: View, payload: Digest)] = [(0, start.originDigest)]
        for below in 1..<max(view.number, 1) {
            let subject = witness.certifiedSubject(.notarize, epoch: epoch, view: View(below))
            if let proposal = subject?.proposal { parents.append((proposal.view, proposal.payload)) }
        }
        // Sometimes over what nobody certified.
        let before = Liars.Place(epoch: epoch, view: view.lowered(by: 1))
        if chance(0.25), let offered = liars.proposals[before]?.randomElement(using: &random) {
            parents.append((offered.view, offered.payload))
        }
        guard let newest = parents.last, let any = parents.randomElement(using: &random) else { return nil }
        let parent = chance(0.5) ? newest : any
        guard let header = witness.headers[parent.payload] else { return nil }
        let parentView = chance(0.02) ? view : parent.view
        if header.height >= configuration.lastHeight(of: epoch), chance(0.8) {
            return Proposal(epoch: epoch, view: view, parentView: parentView, payload: parent.payload)
        }
        guard let block = falseBlock(on: header, digest: parent.payload, epoch: epoch) else { return nil }
        return Proposal(epoch: epoch, view: view, parentView: parentView, payload: block.digest)
    }

    private mutating func falseBlock(on parent: Header, digest: Digest, epoch: Epoch) -> Block? {
        guard let honest = build(on: parent, digest: digest, in: epoch) else { return nil }
        let good = honest.header
        let isBad = chance(0.07)
        let header = Header(
            chain: good.chain, height: good.height, epoch: epoch, parent: isBad ? .zero : digest,
            bodyRoot: good.bodyRoot, stateRoot: chance(0.05) ? .zero : good.stateRoot,
            setDigest: good.setDigest, nextSetDigest: good.nextSetDigest, time: good.time)
        guard let block = Block(header: header, body: honest.body) else { return nil }
        make(block)
        return block
    }

    private mutating func foundation(of proposal: Proposal) -> [Certificate] {
        var certificates: [Certificate] = []
        let epoch = proposal.epoch
        if let subject = witness.certifiedSubject(.notarize, epoch: epoch, view: proposal.parentView),
            let certificate = certificate(for: subject)
        {
            certificates.append(certificate)
        }
        var between = proposal.parentView.next
        while between < proposal.view, certificates.count < MessageLimits.proposalCertificates {
            if let certificate = certificate(for: .nullify(epoch, between)) {
                certificates.append(certificate)
            }
            between = between.next
        }
        return certificates
    }

    // MARK: Disturbing

    mutating func liarsAct(_ epoch: Epoch, _ near: View, mask: UInt64) throws(Violation) {
        let members = members(among: liars.identities, of: epoch)
        let who = members.isEmpty ? liars.identities : members
        guard let first = who.first else { return }
        let offset = Int64([-2, -1, 0, 0, 0, 0, 1].randomElement(using: &random) ?? 0)
        let view = View(UInt64(max(1, Int64(clamping: near.number) + offset)))
        let offered = liars.proposals[Liars.Place(epoch: epoch, view: view)] ?? []
        let audience = someAudience(mask)
        switch uniform(0, 1) {
        case ..<0.30:
            if let proposal = offered.randomElement(using: &random) {
                try say(.notarize(proposal), by: who, to: audience)
            }
        case ..<0.45: try say(.nullify(epoch, view), by: who, to: audience)
        case ..<0.65:
            if let proposal = offered.randomElement(using: &random) {
                try say(.finalize(proposal), by: who, to: audience)
            }
        case ..<0.85: showCertificates(offered, epoch, view, by: first, to: audience)
        case ..<0.93: try forge(offered, epoch, view, by: who, to: audience)
        case ..<0.96: pretend(offered, epoch, view, by: first, to: audience)
        default: replay(before: epoch, by: first, to: audience)
        }
    }

    private mutating func someAudience(_ mask: UInt64) -> [Int] {
        switch Int.random(in: 0..<4, using: &random) {
        case 0: liars.half(0, of: mask)
        case 1: liars.half(1, of: mask)
        case 2: Array(keys.indices)
        default: [Int.random(in: 0..<keys.count, using: &random)]
        }
    }

    private mutating func say(_ subject: Subject, by who: [Int], to audience: [Int]) throws(Violation) {
        for liar in who {
            if let vote = try lie(subject, by: liar) { whisper(.vote(vote), from: liar, to: audience) }
        }
    }

    private func subjects(_ offered: [Proposal], _ epoch: Epoch, _ view: View) -> [Subject] {
        [.nullify(epoch, view)] + offered.map { .notarize($0) } + offered.map { .finalize($0) }
    }

    private mutating func showCertificates(
        _ offered: [Proposal], _ epoch: Epoch, _ view: View, by liar: Int, to audience: [Int]
    ) {
        for subject in subjects(offered, epoch, view).shuffled(using: &random) {
            guard let certificate = certificate(for: subject) else { continue }
            whisper(.certificate(certificate), from: liar, to: audience)
            if chance(0.7) { return }
        }
    }

    /// A certificate with too few signatures, with one that stands in several places, or with those of
    /// outsiders.
    private mutating func forge(
        _ offered: [Proposal], _ epoch: Epoch, _ view: View, by who: [Int], to audience: [Int]
    ) throws(Violation) {
        guard let subject = subjects(offered, epoch, view).randomElement(using: &random),
            let committee = witness.committee(of: epoch), let liar = who.first
        else { return }
        for one in who { _ = try lie(subject, by: one) }
        let count = committee.validators.count
        var votes = witness.votes(for: subject).filter { $0.signer < count }
        let own = keys[liar].sign(committee.statement(of: subject))
        if chance(0.6) {
            let copied = votes.first?.signature ?? own
            for signer in 0..<count where !votes.contains(where: { $0.signer == signer }) {
                votes.append((signer, chance(0.5) ? own : copied))
            }
        }
        let bits = chance(0.1) ? count + 1 : count
        let forged = Certificate(subject, count: bits, votes: votes.sorted { $0.signer < $1.signer })
        for liar in who { whisper(.certificate(forged), from: liar, to: audience) }
    }

    /// Votes that nobody signed: in the liar's own name, or in another's.
    private mutating func pretend(
        _ offered: [Proposal], _ epoch: Epoch, _ view: View, by liar: Int, to audience: [Int]
    ) {
        guard let subject = subjects(offered, epoch, view).randomElement(using: &random),
            let set = witness.committee(of: epoch)?.validators,
            let signer = chance(0.5)
                ? set.index(of: keys[liar].publicKey) : Int.random(in: 0..<set.count, using: &random)
        else { return }
        let signature = keys[liar].sign([])
        let vote = Vote(subject, signer: UInt16(clamping: signer), signature: signature)
        whisper(.vote(vote), from: liar, to: audience)
    }

    /// What was signed in an earlier epoch: as it is, and under the present epoch's number.
    private mutating func replay(before epoch: Epoch, by liar: Int, to audience: [Int]) {
        guard epoch > 0 else { return }
        let old = epoch.lowered(by: 1)
        let kind = VoteKind.allCases.randomElement(using: &random) ?? .nullify
        let view = View(UInt64.random(in: 1...6, using: &random))
        guard let subject = witness.certifiedSubject(kind, epoch: old, view: view),
            let certificate = certificate(for: subject)
        else { return }
        whisper(.certificate(certificate), from: liar, to: audience)
        let moved: Subject =
            switch subject {
            case .notarize(let proposal): .notarize(proposal.moved(to: epoch))
            case .nullify(_, let view): .nullify(epoch, view)
            case .finalize(let proposal): .finalize(proposal.moved(to: epoch))
            }
        let votes = witness.votes(for: subject)
        let count = witness.committee(of: epoch)?.validators.count ?? 0
        whisper(.certificate(Certificate(moved, count: count, votes: votes)), from: liar, to: audience)
    }
}

extension Proposal {
    func moved(to epoch: Epoch) -> Proposal {
        Proposal(epoch: epoch, view: view, parentView: parentView, payload: payload)
    }
}
