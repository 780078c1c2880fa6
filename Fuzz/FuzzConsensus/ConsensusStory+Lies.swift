internal import ConclaveConsensusCore
internal import ConclaveConsensusTrials
internal import ConclaveCryptography
internal import ConclaveFuzzing

extension ConsensusStory {
    /// A view near that of some honest node, mostly of the same epoch.
    struct Place {
        let epoch: Epoch, view: View
    }

    func place(_ choices: inout Choices) -> Place? {
        guard let status = trial.status(of: choices.element(of: trial.honest)) else { return nil }
        let choice = choices.number(below: 128)
        let epoch =
            switch choice / 16 {
            case 6: status.epoch.lowered(by: 1)
            case 7: status.epoch.next
            default: status.epoch
            }
        let view =
            switch choice % 16 {
            case 0...5: status.view
            case 6...8: status.view.next
            case 9: status.view.next.next
            case 10: status.view.advanced(by: 3)
            case 11: status.view.lowered(by: 1)
            case 12: status.view.lowered(by: 2)
            case 13: status.view.lowered(by: 16)
            case 14: View(1)
            default: View(choices.integer(UInt64.self))
            }
        return Place(epoch: epoch, view: max(view, 1))
    }

    func liar(_ choices: inout Choices) -> Int? {
        trial.liarIdentities.isEmpty ? nil : choices.element(of: trial.liarIdentities)
    }

    /// Some of the honest, often all.
    func audience(_ choices: inout Choices) -> [Int] {
        let mask = Int(choices.byte())
        return mask % 4 == 0 ? trial.honest : trial.honest.filter { mask >> ($0 % 8) & 1 == 1 }
    }

    mutating func say(_ message: ConsensusMessage, by liar: Int, to audience: [Int]) throws(Violation) {
        lastSaid = message
        let bytes = message.encoded
        for node in audience { try trial.utter(bytes, of: message.kind, by: liar, to: node) }
    }

    // MARK: Votes and certificates

    /// What a vote or certificate is about: something that was offered in the view, or that nobody offered.
    private func subject(at place: Place, _ choices: inout Choices) -> Subject {
        let kind = choices.element(of: VoteKind.allCases)
        guard kind != .nullify else { return .nullify(place.epoch, place.view) }
        let proposal = proposal(at: place, &choices)
        return kind == .notarize ? .notarize(proposal) : .finalize(proposal)
    }

    private func proposal(at place: Place, _ choices: inout Choices) -> Proposal {
        let offered = trial.offered(in: place.epoch, place.view)
        if !offered.isEmpty, !choices.once(in: 8) { return choices.element(of: offered) }
        let payload = trial.offered.isEmpty ? Digest.zero : choices.element(of: trial.offered).payload
        return Proposal(
            epoch: place.epoch, view: place.view,
            parentView: place.view.lowered(by: UInt64(choices.number(below: 5))), payload: payload)
    }

    mutating func vote(_ choices: inout Choices) throws(Violation) {
        guard let liar = liar(&choices), let place = place(&choices) else { return }
        let subject = subject(at: place, &choices), audience = audience(&choices)
        guard let vote = try trial.sign(subject, by: liar) else { return }
        switch choices.number(below: 16) {
        case 0:
            let other = Vote(subject, signer: UInt16(choices.byte() % 9), signature: vote.signature)
            try say(.vote(other), by: liar, to: audience)
        case 1:
            let other = Vote(subject, signer: vote.signer, signature: trial.keys[liar].sign([]))
            try say(.vote(other), by: liar, to: audience)
        default: try say(.vote(vote), by: liar, to: audience)
        }
    }

    mutating func certify(_ choices: inout Choices) throws(Violation) {
        guard let liar = liar(&choices), let place = place(&choices) else { return }
        let subject = subject(at: place, &choices), audience = audience(&choices)
        if !choices.once(in: 4) {
            for one in trial.liarIdentities { _ = try trial.sign(subject, by: one) }
        }
        guard let certificate = try certificate(subject, by: liar, &choices) else { return }
        switch choices.number(below: 6) {
        case 0: try say(.answer(certificate), by: liar, to: audience)
        case 1: try say(.closing(certificate), by: liar, to: audience)
        default: try say(.certificate(certificate), by: liar, to: audience)
        }
    }

    /// Of signatures that exist and, now and then, of others.
    private mutating func certificate(
        _ subject: Subject, by liar: Int, _ choices: inout Choices
    ) throws(Violation) -> Certificate? {
        guard let committee = trial.witness.committee(of: subject.epoch) else { return nil }
        let count = committee.validators.count
        var votes = trial.witness.votes(for: subject).filter { $0.signer < count }
        let manner = choices.number(below: 16)
        if manner < 4 {
            let mask = choices.byte()
            votes = votes.filter { mask >> UInt8($0.signer % 8) & 1 == 1 }
        }
        if manner == 4 || manner == 5 {
            // Where it stands for the liar itself it is true.
            _ = try trial.sign(subject, by: liar)
            let own = trial.keys[liar].sign(committee.statement(of: subject))
            let copied = manner == 4 ? votes.first?.signature ?? own : own
            for signer in 0..<count where !votes.contains(where: { $0.signer == signer }) {
                votes.append((signer, copied))
            }
            votes.sort { $0.signer < $1.signer }
        }
        let bits = manner == 6 ? count + Int(choices.byte() % 9) - 2 : count
        return Certificate(moved(subject, manner), count: max(bits, 0), votes: votes)
    }

    /// The same signatures under another subject.
    private func moved(_ subject: Subject, _ manner: Int) -> Subject {
        switch (manner, subject) {
        case (7, .notarize(let proposal)): .finalize(proposal)
        case (7, .finalize(let proposal)): .notarize(proposal)
        case (8, .nullify(let epoch, let view)): .nullify(epoch.next, view)
        case (9, .nullify(let epoch, let view)): .nullify(epoch, view.next)
        default: subject
        }
    }

    /// A true certificate of every signature that exists; nil if they are no quorum.
    func trueCertificate(_ kind: VoteKind, _ epoch: Epoch, _ view: View) -> Certificate? {
        guard let subject = trial.witness.certifiedSubject(kind, epoch: epoch, view: view),
            let count = trial.witness.committee(of: epoch)?.validators.count
        else { return nil }
        return Certificate(subject, count: count, votes: trial.witness.votes(for: subject))
    }
}
