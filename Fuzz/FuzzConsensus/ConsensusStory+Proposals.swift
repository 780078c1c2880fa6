internal import ConclaveConsensusCore
internal import ConclaveConsensusTrials
internal import ConclaveCryptography
internal import ConclaveFuzzing
internal import ConclavePrimitives

extension ConsensusStory {
    /// A liar proposes, mostly in a view that it leads: over any parent, with any certificates, and the body
    /// to whom it likes.
    mutating func propose(_ choices: inout Choices) throws(Violation) {
        guard let place = place(&choices), let liar = proposer(at: place, &choices),
            let parent = parent(at: place, &choices),
            let block = try block(on: parent, at: place, &choices)
        else { return }
        let proposal = Proposal(
            epoch: place.epoch, view: place.view, parentView: parent.view, payload: block.digest)
        guard let vote = try trial.sign(.notarize(proposal), by: liar) else { return }
        trial.offer(proposal)
        let certificates = foundation(of: proposal, &choices), audience = audience(&choices)
        let isBodyFirst = choices.once(in: 2), bodies = self.audience(&choices)
        if isBodyFirst { try say(.body(place.view, block), by: liar, to: bodies) }
        try say(.proposal(LeaderProposal(vote, certificates: certificates)), by: liar, to: audience)
        if !isBodyFirst { try say(.body(place.view, block), by: liar, to: bodies) }
    }

    private func proposer(at place: Place, _ choices: inout Choices) -> Int? {
        let leader = trial.leader(of: place.view, in: place.epoch)
        let liars = trial.liarIdentities
        return liars.first { trial.index(of: $0, in: place.epoch) == leader } ?? liar(&choices)
    }

    private struct Parent {
        let view: View, digest: Digest
    }

    /// The newest certified one, an older one, or one that nobody certified.
    private func parent(at place: Place, _ choices: inout Choices) -> Parent? {
        guard let origin = trial.witness.start(of: place.epoch)?.originDigest else { return nil }
        var certified = [Parent(view: 0, digest: origin)]
        var view = place.view.lowered(by: 12)
        while view < place.view {
            let subject =
                trial.witness.certifiedSubject(.notarize, epoch: place.epoch, view: view)
                ?? trial.witness.certifiedSubject(.finalize, epoch: place.epoch, view: view)
            if let payload = subject?.proposal?.payload {
                certified.append(Parent(view: view, digest: payload))
            }
            view = view.next
        }
        switch choices.number(below: 8) {
        case 0: return choices.element(of: certified)
        case 1:
            let offered = trial.offered.suffix(16)
            guard !offered.isEmpty else { return certified.last }
            let other = choices.element(of: Array(offered))
            return Parent(view: other.view, digest: other.payload)
        case 2:
            guard let last = certified.last else { return nil }
            return Parent(view: place.view.lowered(by: UInt64(choices.byte() % 4)), digest: last.digest)
        default: return certified.last
        }
    }

    /// A new block, mostly a good one, or the parent again.
    private mutating func block(
        on parent: Parent, at place: Place, _ choices: inout Choices
    ) throws(Violation) -> Block? {
        let choice = choices.number(below: 16)
        let isAtEnd = trial.witness.headers[parent.digest].map {
            $0.height >= trial.configuration.lastHeight(of: place.epoch)
        }
        if choice == 0 || isAtEnd == true && choice < 10 { return trial.blocks[parent.digest] }
        if choice == 1, !trial.offered.isEmpty {
            return trial.blocks[choices.element(of: trial.offered).payload]
        }
        guard let header = trial.witness.headers[parent.digest],
            let good = trial.build(on: header, digest: parent.digest, in: place.epoch)
        else { return nil }
        let block = choice < 5 ? Block(header: flawed(good.header, &choices), body: good.body) : good
        if let block { trial.make(block) }
        return block
    }

    private func flawed(_ good: Header, _ choices: inout Choices) -> Header {
        let flaw = choices.number(below: 9), other = Digest(of: [choices.byte()])
        return Header(
            chain: flaw == 0 ? other : good.chain,
            height: flaw == 1 ? good.height.next : flaw == 2 ? good.height.lowered(by: 1) : good.height,
            epoch: flaw == 3 ? good.epoch.next : good.epoch,
            parent: flaw == 4 ? other : good.parent, bodyRoot: good.bodyRoot,
            stateRoot: flaw == 5 ? other : good.stateRoot,
            setDigest: flaw == 6 ? other : good.setDigest,
            nextSetDigest: flaw == 7 ? other : flaw == 8 ? .zero : good.nextSetDigest,
            time: WallTime(milliseconds: choices.once(in: 2) ? good.time.milliseconds : choices.integer()))
    }

    /// Its parent's certificate and the nullifications between, with holes and strangers now and then.
    private func foundation(of proposal: Proposal, _ choices: inout Choices) -> [Certificate] {
        let manner = choices.number(below: 8)
        if manner == 0 { return [] }
        let parent =
            trueCertificate(.notarize, proposal.epoch, proposal.parentView)
            ?? trueCertificate(.finalize, proposal.epoch, proposal.parentView)
        var certificates = parent.map { [$0] } ?? []
        var view = proposal.parentView.next
        // Views are chosen, and may lie far apart.
        while view < min(proposal.view, proposal.parentView.advanced(by: 32)),
            certificates.count < MessageLimits.proposalCertificates - 1
        {
            if let between = trueCertificate(.nullify, proposal.epoch, view) { certificates.append(between) }
            view = view.next
        }
        switch manner {
        case 1 where !certificates.isEmpty: certificates.remove(at: choices.number(below: certificates.count))
        case 2: certificates.reverse()
        case 3:
            let kind = choices.element(of: VoteKind.allCases)
            let other = View(UInt64(choices.byte() % 16))
            if let stranger = trueCertificate(kind, proposal.epoch, other) { certificates.append(stranger) }
        default: break
        }
        return certificates
    }
}
