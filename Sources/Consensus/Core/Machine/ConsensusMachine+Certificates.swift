internal import ConclaveCodec
internal import ConclaveCryptography
internal import ConclavePrimitives

extension ConsensusMachine {
    /// A certificate of this epoch from a peer.
    mutating func take(_ certificate: Certificate, from peer: PublicKey, at now: Instant) {
        let subject = certificate.subject
        guard !isSettled(subject) else {
            statistics.signaturesSpared += UInt64(certificate.signers.population)
            return
        }
        guard verifies(certificate, from: peer) else { return }
        adopt(certificate, from: peer, at: now)
    }

    /// Whether a certificate for `subject` would tell nothing: what it says is held, or lies below what is
    /// final.
    private func isSettled(_ subject: Subject) -> Bool {
        let view = subject.view
        if view < state.lastFinal || view == 0 { return true }
        if view == state.lastFinal {
            guard let proposal = subject.proposal else { return false }  // a nullified final view: G6
            return proposal == state.finalProposal
        }
        return state.certificate(subject.kind, of: view)?.subject == subject
    }

    /// The one place where the signatures of a certificate are looked at: only those that no vote has shown.
    private mutating func verifies(_ certificate: Certificate, from peer: PublicKey) -> Bool {
        let subject = certificate.subject
        let ballot = state.votes.ballot(subject.kind, in: subject.view)
        let signers = UInt64(certificate.signers.population)
        do throws(CertificateFault) {
            let verified = try certificate.verify(in: state.committee, by: verifier) { signer, signature in
                ballot.vouches(for: signature, of: signer, under: subject)
            }
            statistics.signaturesVerified += UInt64(verified)
            statistics.signaturesSpared += signers - UInt64(verified)
            return true
        } catch {
            if case .signature(_, let verified) = error { statistics.signaturesVerified += UInt64(verified) }
            blame(peer, .certificate(error))
            return false
        }
    }

    /// A valid certificate that was not held. It is kept and passed on once, and moves the view.
    ///
    /// - Parameter source: who sent it; nil if our own votes made it.
    mutating func adopt(_ certificate: Certificate, from source: PublicKey?, at now: Instant) {
        let subject = certificate.subject, view = subject.view
        writes.append(.certificate(certificate))  // J2
        passOn(certificate, from: source)
        if let other = contradiction(to: subject) {
            condition = .faultBoundBroken  // G6
            actions.append(.alarm(.faultBoundBroken(other, certificate)))
            return
        }
        switch subject {
        case .notarize:
            statistics.viewsNotarized += 1
            state.notarizations.insert(certificate)
            considerFinalizing(certificate)
        case .nullify:
            statistics.viewsNullified += 1
            state.nullifications.insert(certificate)
        case .finalize(let proposal):
            statistics.viewsFinalized += 1
            settle(certificate, proposal)
        }
        if view >= state.view { enter(by: certificate, at: now) }
    }

    /// A certificate that cannot exist beside one for `subject` unless a third of the weight lies.
    private func contradiction(to subject: Subject) -> Certificate? {
        let view = subject.view
        switch subject {
        case .notarize(let proposal):
            if let held = state.notarizations[view] { return held }
            return view == state.lastFinal && proposal != state.finalProposal
                ? state.finalization : nil
        case .nullify:
            return view == state.lastFinal ? state.finalization : nil
        case .finalize(let proposal):
            if let nullification = state.nullifications[view] { return nullification }
            if view == state.lastFinal { return state.finalization }
            guard let held = state.notarizations[view] else { return nil }
            return held.subject.proposal == proposal ? nil : held
        }
    }

    private mutating func passOn(_ certificate: Certificate, from source: PublicKey?) {
        let message = ConsensusMessage.certificate(certificate)
        switch (certificate.subject.kind, source) {
        case (.finalize, .none): send(message, to: .everyone)
        case (.finalize, .some(let peer)): send(message, to: .everyoneExcept(peer))
        case (.notarize, .none), (.nullify, .none): send(message, to: .validators)
        case (.notarize, .some(let peer)), (.nullify, .some(let peer)):
            send(message, to: .validatorsExcept(peer))
        }
    }

    /// A view is final: nothing at or below it matters any more.
    private mutating func settle(_ certificate: Certificate, _ proposal: Proposal) {
        let isFirst = state.lastFinal == 0
        state.settle(certificate, payload: proposal.payload)
        evidence.forget(through: proposal.view, of: state.epoch)
        writes.append(.settled(state.epoch, proposal.view))  // J4
        writes.afterwards(.act(.tip(certificate)))
        if isFirst { writes.afterwards(.act(.crossed(state.epoch))) }
    }

    /// Only upwards.
    private mutating func enter(by certificate: Certificate, at now: Instant) {
        statistics.viewsEntered += 1
        state.enter(by: certificate)
        setTimers(at: now)
        tidyBlocks()
        evidence.forget(through: state.view.lowered(by: ViewWindow<Bool>.behind), of: state.epoch)
        let unsettled = state.view.distance(above: state.lastFinal)
        if unsettled.isMultiple(of: 1_000) {
            actions.append(.alarm(.viewsWithoutFinal(unsettled)))
        }
    }
}
