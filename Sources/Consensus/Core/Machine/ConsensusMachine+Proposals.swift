internal import ConclaveCryptography
internal import ConclavePrimitives

extension ConsensusMachine {
    // MARK: Another's proposal

    /// A leader's vote with what it rests on.
    mutating func take(_ message: LeaderProposal, from peer: PublicKey, at now: Instant) {
        let vote = message.vote
        let signer = Int(vote.signer)
        guard signer < state.validators.count, state.key(of: signer) == peer,
            state.leader(of: vote.subject.view) == signer  // G4
        else {
            blame(peer, .notLeader)
            return
        }
        let epoch = state.epoch
        for certificate in message.certificates
        where certificate.subject.epoch == epoch && peers.isConnected(peer) {
            take(certificate, from: peer, at: now)
        }
        if peers.isConnected(peer) { take(vote, from: peer, at: now) }
    }

    /// The first that the leader of a view says it proposes; what it says later changes nothing.
    mutating func note(_ proposal: Proposal) {
        let isFirst = state.proposals.update(proposal.view) { slot in
            defer { slot = slot ?? proposal }
            return slot == nil
        }
        guard isFirst else { return }
        if proposal.view == state.view { leaderProposed() }
        guard let body = state.earlyBodies[proposal.view], body.digest == proposal.payload else { return }
        blocks.insert(body)
    }

    /// Votes for the proposal of the current view, or gives the view up, if it can be judged by now.
    mutating func considerProposal(at now: Instant) {
        guard mayNotarize, let proposal = state.proposals[state.view] else { return }
        switch judge(proposal, at: now) {
        case .notYet: break
        case .invalid:
            statistics.proposalsRefused += 1
            nullify(state.view)
        case .valid:
            keep(proposal.payload)  // J3
            cast(.notarize(proposal)) { (.vote($0), .validators) }
        }
    }

    enum Judgement { case valid, invalid, notYet }

    /// G4: the parent is certified, everything between is nullified, and the block extends the parent.
    private mutating func judge(_ proposal: Proposal, at now: Instant) -> Judgement {
        let parent = proposal.parentView, view = proposal.view
        guard parent < view, parent >= state.lastFinal else { return .invalid }
        let leader = state.key(of: state.leader(of: view))
        guard let parentDigest = state.payload(certifiedIn: parent) else {
            ask(.certificate(state.epoch, parent, .notarization), first: leader, at: now)
            return .notYet
        }
        guard state.nullifications.covers(above: parent, below: view) else {
            for missing in state.nullifications.missing(Self.gapsAtOnce, above: parent, below: view) {
                ask(.certificate(state.epoch, missing, .nullification), first: leader, at: now)
            }
            return .notYet
        }
        guard let block = blocks[proposal.payload] else {
            askBlock(proposal.payload, first: leader, at: now)
            return .notYet
        }
        switch prepare(parentDigest, first: leader, at: now) {
        case .notYet: return .notYet
        case .invalid: return .invalid
        case .valid: break
        }
        guard let parentHeader = blocks[parentDigest]?.header else { return .notYet }
        if parentHeader.height >= state.lastHeight {
            return proposal.payload == parentDigest ? .valid : .invalid
        }
        guard extends(block.header, parentHeader, digest: parentDigest) else { return .invalid }
        return execute(proposal.payload)
    }

    /// Whether `header` may stand on `parent` in this epoch. What the application put in is its own to judge.
    private func extends(_ header: Header, _ parent: Header, digest: Digest) -> Bool {
        header.chain == chain && header.parent == digest && header.height == parent.height.next
            && header.epoch == state.epoch && header.setDigest == state.committee.digest
            && header.height <= state.lastHeight
            && (header.nextSetDigest != .zero) == (header.height == state.lastHeight)
    }

    /// Sees that the application knows the state after the block: it has the newest final one, and judges
    /// those above it in their order.
    mutating func prepare(_ digest: Digest, first: PublicKey, at now: Instant) -> Judgement {
        var next = digest
        var lowest: Digest?
        while next != state.finalPayload {
            guard let entry = blocks[next] else {
                askBlock(next, first: first, at: now)
                return .notYet
            }
            if entry.judgement == .valid { break }
            guard entry.header.height > delivery.released else { return .invalid }
            lowest = next
            next = entry.header.parent
        }
        if next == state.finalPayload, !isKnownToApplication(next) { return .notYet }
        guard let lowest else { return .valid }
        let judgement = execute(lowest)
        return judgement == .valid ? .notYet : judgement
    }

    private func isKnownToApplication(_ digest: Digest) -> Bool {
        guard let entry = blocks[digest] else { return false }
        return entry.judgement == .valid || entry.header.height <= delivery.released
    }

    /// Asks the application about a block whose parent it knows.
    private mutating func execute(_ digest: Digest) -> Judgement {
        guard let entry = blocks[digest] else { return .notYet }
        switch entry.judgement {
        case .valid: return .valid
        case .refused(state.view): return .invalid
        case .asked: return .notYet
        case .unknown, .refused:
            blocks.judge(digest, .asked)
            if let block = blocks.reference(to: digest) { actions.append(.verify(block)) }
            return .notYet
        }
    }

    // MARK: Our own

    /// Proposes if it is our turn and the ground is firm; says it again if that was done in an earlier life.
    mutating func considerProposing(at now: Instant) {
        let view = state.view
        guard let own = state.own, state.leader(of: view) == own, mayVote else { return }
        if let vote = state.ownVotes[view]?.notarize {
            if state.proposed < view { proposeAgain(vote) }
            return
        }
        guard mayNotarize, state.building != view else { return }
        let parent = state.newestCertified(below: view)
        guard let digest = state.payload(certifiedIn: parent),
            state.nullifications.covers(above: parent, below: view)
        else { return }
        switch prepare(digest, first: state.key(of: own), at: now) {
        case .notYet: return
        case .invalid: return nullify(view)
        case .valid: break
        }
        guard let header = blocks[digest]?.header else { return }
        guard header.height < state.lastHeight else {
            return offer(Proposal(epoch: state.epoch, view: view, parentView: parent, payload: digest))
        }
        state.building = view
        let height = header.height.next
        actions.append(
            .build(
                BuildRequest(
                    epoch: state.epoch, view: view, parent: header, parentDigest: digest, height: height,
                    place: height == state.lastHeight ? .last : .within)))
    }

    /// The application's block for the current view.
    mutating func propose(_ content: BlockContent?, view: View, epoch: Epoch, at now: Instant) {
        guard epoch == state.epoch, view == state.view, state.building == view, mayNotarize else { return }
        state.building = nil
        let parent = state.newestCertified(below: view)
        guard let content, let digest = state.payload(certifiedIn: parent), let below = blocks[digest],
            let block = block(of: content, on: below.header, digest: digest)
        else {
            // Not asked again in this view, even where a damaged journal leaves no way to give it up.
            state.building = view
            return nullify(view)
        }
        blocks.insert(block)
        blocks.judge(block.digest, .valid)
        actions.append(.proposed(BlockReference(block)))
        offer(Proposal(epoch: epoch, view: view, parentView: parent, payload: block.digest))
    }

    /// Nil if the application breaks a rule of blocks.
    private func block(of content: BlockContent, on parent: Header, digest: Digest) -> Block? {
        let height = parent.height.next
        guard content.body.count <= configuration.limits.bodyBytes,
            (content.nextSet != nil) == (height == state.lastHeight)
        else { return nil }
        let header = Header(
            chain: chain, height: height, epoch: state.epoch, parent: digest,
            bodyRoot: Digest(of: content.body), stateRoot: content.stateRoot,
            setDigest: state.committee.digest,
            nextSetDigest: content.nextSet?.digest(chain: chain, epoch: state.epoch.next) ?? .zero,
            time: content.time)
        return Block(trusted: header, body: content.body)
    }

    private mutating func offer(_ proposal: Proposal) {
        statistics.proposalsMade += 1
        state.proposed = proposal.view
        keep(proposal.payload)  // J3
        note(proposal)
        let certificates = foundation(of: proposal)
        cast(.notarize(proposal)) { vote in
            (.proposal(LeaderProposal(vote, certificates: certificates)), .everyone)
        }
        sendBody(of: proposal)
    }

    /// The same that was offered before a restart, never another.
    private mutating func proposeAgain(_ vote: Vote) {
        guard case .notarize(let proposal) = vote.subject else { return }
        state.proposed = proposal.view
        note(proposal)
        send(.proposal(LeaderProposal(vote, certificates: foundation(of: proposal))), to: .everyone)
        sendBody(of: proposal)
    }

    /// A body may leave before anything is kept: it promises nothing.
    private mutating func sendBody(of proposal: Proposal) {
        guard let block = blocks.reference(to: proposal.payload) else { return }
        actions.append(.sendBody(proposal.view, block, to: .everyone))
    }

    /// The certificate of the parent and the newest of the gap.
    private func foundation(of proposal: Proposal) -> [Certificate] {
        let parent = proposal.parentView
        let certified = parent == state.lastFinal ? state.finalization : state.notarizations[parent]
        let room = MessageLimits.proposalCertificates - 1
        return (certified.map { [$0] } ?? [])
            + state.nullifications.newest(room, above: parent, below: proposal.view)
    }

    /// Has the journal keep a block, once.
    mutating func keep(_ digest: Digest) {
        if let block = blocks.keep(digest) { writes.append(.block(block)) }
    }
}
