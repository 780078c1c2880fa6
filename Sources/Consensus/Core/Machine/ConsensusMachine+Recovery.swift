internal import ConclavePrimitives

extension ConsensusMachine {
    /// Takes the state from what the journal kept. Certificates were verified before they were kept.
    mutating func restore(_ recovery: Recovery) {
        for certificate in recovery.certificates where certificate.subject.epoch == state.epoch {
            restore(certificate)
        }
        for vote in recovery.votes where vote.subject.view > state.lastFinal {
            var votes = state.ownVotes[vote.subject.view] ?? OwnVotes()
            votes.record(vote)
            state.ownVotes[vote.subject.view] = votes
            if ViewWindow<Bool>.holds(vote.subject.view, around: state.view) { recount(vote) }
        }
        if let (height, digest) = recovery.acknowledged, height > delivery.acknowledged {
            delivery = Delivery(acknowledged: height, digest: digest)
        }
        for (digest, header) in recovery.headers where header.height >= delivery.acknowledged {
            blocks.insert(kept: header, digest: digest)
        }
        blocks.judge(delivery.handedDigest, .valid)
    }

    private mutating func restore(_ certificate: Certificate) {
        let view = certificate.subject.view
        switch certificate.subject {
        case .notarize(let proposal):
            if let held = state.notarizations[view], held.subject != certificate.subject { contradicted() }
            if view == state.lastFinal, proposal != state.finalProposal { contradicted() }
            if view > state.lastFinal { state.notarizations.insert(certificate) }
        case .nullify:
            if view == state.lastFinal { contradicted() }
            if view > state.lastFinal { state.nullifications.insert(certificate) }
        case .finalize(let proposal):
            if state.nullifications[view] != nil { contradicted() }
            if let held = state.notarizations[view]?.subject.proposal, held != proposal { contradicted() }
            if view > state.lastFinal { state.settle(certificate, payload: proposal.payload) }
        }
        guard view >= state.view else { return }
        state.enter(by: certificate)
    }

    private mutating func contradicted() { condition = .faultBoundBroken }  // G6

    /// An own vote of an earlier life counts: it is on the disk.
    private mutating func recount(_ vote: Vote) {
        guard let own = state.own, Int(vote.signer) == own else { return }
        _ = state.votes.take(
            vote, weight: state.validators.members[own].weight, count: state.validators.count)
    }
}
