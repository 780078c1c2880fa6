internal import ConclaveCryptography
internal import ConclavePrimitives

extension ConsensusMachine {
    /// Whether this node votes at all: a member whose journal says everything that its key voted for.
    var mayVote: Bool {  // G5
        guard case .running = condition else { return false }
        return state.own != nil && state.standing == .voting
    }

    // MARK: Others' votes

    /// A vote of this epoch.
    mutating func take(_ vote: Vote, from peer: PublicKey, at now: Instant) {
        let signer = Int(vote.signer), view = vote.subject.view
        guard signer < state.validators.count, state.key(of: signer) == peer else {
            blame(peer, .foreignVote)
            return
        }
        if vote.subject.kind == .nullify, view < state.view { showEntry(to: peer, at: now) }
        guard view > state.lastFinal, ViewWindow<Bool>.holds(view, around: state.view) else { return }
        let held = state.certificate(vote.subject.kind, of: view)
        if let held, held.subject == vote.subject {
            heard(signer, at: now)
            statistics.signaturesSpared += 1
            return
        }
        switch compare(vote, with: held) {
        case .same:
            heard(signer, at: now)
            statistics.signaturesSpared += 1
        case .contradicts(let other):
            guard verifies(vote, from: peer) else { return }
            heard(signer, at: now)
            report(vote, other)
        case .first:
            guard verifies(vote, from: peer) else { return }
            heard(signer, at: now)
            store(vote, at: now)
        }
    }

    private enum Comparison { case first, same, contradicts(Vote) }

    /// The vote against what its signer has said in the same view and kind: to us, or in a certificate.
    private func compare(_ vote: Vote, with held: Certificate?) -> Comparison {
        let ballot = state.votes.ballot(vote.subject.kind, in: vote.subject.view)
        let signer = Int(vote.signer)
        if let other = ballot.vote(of: signer) {
            return other.subject == vote.subject ? .same : .contradicts(other)
        }
        if let held, let signature = held.signature(of: signer) {
            return .contradicts(Vote(held.subject, signer: vote.signer, signature: signature))
        }
        return .first
    }

    /// The one place where a single vote's signature is looked at.
    private mutating func verifies(_ vote: Vote, from peer: PublicKey) -> Bool {
        statistics.signaturesVerified += 1
        if state.committee.accepts(vote, by: verifier) { return true }
        blame(peer, .voteSignature)
        return false
    }

    private mutating func heard(_ member: Int, at now: Instant) { state.heard[member] = now }

    /// Counts a verified vote in an empty slot.
    private mutating func store(_ vote: Vote, at now: Instant) {
        let signer = Int(vote.signer), view = vote.subject.view
        let weight = state.votes.take(
            vote, weight: state.validators.members[signer].weight, count: state.validators.count)
        if let opposite = opposite(of: vote.subject.kind),
            let other = state.votes.ballot(opposite, in: view).vote(of: signer)
        {
            report(vote, other)
        }
        if signer == state.leader(of: view) { leaderSaid(vote.subject) }
        guard state.validators.isQuorum(weight),
            state.certificate(vote.subject.kind, of: view) == nil
        else { return }
        adopt(state.votes.ballot(vote.subject.kind, in: view).certificate(vote.subject), from: nil, at: now)
    }

    /// The kind that no honest validator gives beside `kind` in one view.
    private func opposite(of kind: VoteKind) -> VoteKind? {
        switch kind {
        case .notarize: nil
        case .nullify: .finalize
        case .finalize: .nullify
        }
    }

    /// A leader's notarize vote is its proposal; its nullify vote says that none will come.
    private mutating func leaderSaid(_ subject: Subject) {
        switch subject {
        case .notarize(let proposal): note(proposal)
        case .nullify(_, let view): if view == state.view { nullify(view) }
        case .finalize: break
        }
    }

    private mutating func report(_ one: Vote, _ other: Vote) {
        guard let found = Evidence(one, other) else { return }
        switch evidence.add(found) {
        case .new:
            statistics.evidenceFound += 1
            actions.append(.report(found))
        case .known: break
        case .full: actions.append(.alarm(.evidenceLost))
        }
    }

    // MARK: Own votes

    /// Signs and keeps an own vote; it is counted, and sent as `message` says, once it is on the disk.
    mutating func cast(_ subject: Subject, sending message: (Vote) -> (ConsensusMessage, Audience)) {
        guard mayVote, let own = state.own else { return }  // G5
        guard subject.epoch == state.epoch, subject.view > state.lastFinal else { return }  // G5
        let vote = Vote(
            subject, signer: UInt16(clamping: own),
            signature: signer.sign(state.committee.statement(of: subject)))
        var votes = state.ownVotes[subject.view] ?? OwnVotes()
        votes.record(vote)
        state.ownVotes[subject.view] = votes
        writes.append(.vote(vote))  // J1
        let (message, recipients) = message(vote)
        send(message, to: recipients)
        writes.afterwards(.count(vote))
    }

    /// An own vote is on the disk.
    mutating func count(_ vote: Vote, at now: Instant) {
        let view = vote.subject.view
        guard vote.subject.epoch == state.epoch, view > state.lastFinal,
            ViewWindow<Bool>.holds(view, around: state.view),
            state.votes.ballot(vote.subject.kind, in: view).subject(of: Int(vote.signer)) == nil
        else { return }
        store(vote, at: now)
    }

    /// G1: once per view, in the current view only, never after an own nullify vote.
    var mayNotarize: Bool {
        let own = state.ownVotes[state.view]
        return mayVote && own?.notarize == nil && own?.nullify == nil
    }

    mutating func nullify(_ view: View) {
        let own = state.ownVotes[view]
        guard mayVote, view == state.view, own?.nullify == nil else { return }
        guard own?.finalize == nil else { return }  // G2
        cast(.nullify(state.epoch, view)) { (.vote($0), .validators) }
    }

    /// Votes for the finality of a notarization that is held and whose record comes first, if nothing speaks
    /// against it: of the current view or of one that was left.
    mutating func considerFinalizing(_ notarization: Certificate) {
        guard case .notarize(let proposal) = notarization.subject, mayVote else { return }
        let own = state.ownVotes[proposal.view]
        guard proposal.view > state.lastFinal, own?.finalize == nil else { return }  // G3
        guard own?.nullify == nil else { return }  // G2
        guard state.nullifications[proposal.view] == nil else { return }  // G3
        cast(.finalize(proposal)) { (.vote($0), .validators) }
    }
}
