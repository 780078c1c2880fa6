internal import ConclaveCodec
internal import ConclaveConsensusCore
internal import ConclaveConsensusTrials
internal import ConclaveCryptography
internal import ConclaveFuzzedConsensus
internal import ConclaveFuzzing

/// A certificate of true and false signatures against a model that knows which is which.
struct CertificateTrial {
    private let chosen: FuzzedCommittee
    private let subject: Subject
    private let certificate: Certificate

    static func run(_ choices: inout Choices) throws(Finding) {
        let trial = CertificateTrial(&choices)
        try trial.judge(&choices)
        try evidence(&choices, trial.chosen)
    }

    private init(_ choices: inout Choices) {
        let epoch = Epoch(choices.place())
        let weights = (0..<choices.number(in: 1...9)).map { _ in Self.weight(&choices) }
        let chain = Digest(of: [1])
        chosen = FuzzedCommittee(weights: weights, chain: chain, epoch: epoch)
        subject = Self.subject(epoch, &choices)
        // Who signs for another chain, another set or another epoch signs for nothing here.
        let others = [
            FuzzedCommittee(weights: weights, chain: Digest(of: [2]), epoch: epoch),
            FuzzedCommittee(weights: weights.map { $0 + 1 }, chain: chain, epoch: epoch),
            FuzzedCommittee(weights: weights, chain: chain, epoch: epoch.next),
        ]
        var votes: [(signer: Int, signature: Signature)] = []
        for signer in weights.indices {
            switch choices.number(below: 12) {
            case 0...6: votes.append((signer, chosen.signature(subject, by: signer)))
            case 7: votes.append((signer, choices.element(of: others).signature(subject, by: signer)))
            case 8: votes.append((signer, chosen.signature(Self.subject(epoch, &choices), by: signer)))
            case 9:
                let copied = chosen.signature(subject, by: choices.number(below: weights.count))
                votes.append((signer, copied))
            default: break
            }
        }
        let bits = choices.once(in: 8) ? choices.number(below: 12) : weights.count
        var made = Certificate(subject, count: bits, votes: votes)
        if choices.once(in: 4), let changed = try? Certificate(decoding: choices.damaged(made.encoded)) {
            made = changed
        }
        certificate = made
    }

    /// Mostly small ones: then some of them weigh exactly two thirds of all.
    private static func weight(_ choices: inout Choices) -> UInt64 {
        switch choices.number(below: 8) {
        case 0: ValidatorSet.weightLimit / 10 - UInt64(choices.byte())  // nine of them are still a set
        case 1: 1 + UInt64(choices.byte())
        case 2: 3
        case 3: 2
        default: 1
        }
    }

    private static func subject(_ epoch: Epoch, _ choices: inout Choices) -> Subject {
        let proposal = Proposal(
            epoch: choices.once(in: 8) ? epoch.next : epoch, view: View(choices.place()),
            parentView: View(choices.place()), payload: choices.digest())
        return switch choices.number(below: 3) {
        case 0: .nullify(proposal.epoch, proposal.view)
        case 1: .notarize(proposal)
        default: .finalize(proposal)
        }
    }

    private func judge(_ choices: inout Choices) throws(Finding) {
        let expected = isValid(certificate)
        let mask = choices.byte()
        // What this node has verified before, it vouches for.
        let isKnown = { (signer: Int, signature: Signature) in
            mask >> UInt8(signer % 8) & 1 == 1 && isTrue(signature, of: signer)
        }
        for known in [{ (_: Int, _: Signature) in false }, isKnown] {
            let verified = try? certificate.verify(
                in: chosen.committee, by: TrialVerifier.standIn, known: known)
            try expect(
                (verified != nil) == expected, "\(certificate) is valid: \(!expected), which is not so")
            guard let verified else { continue }
            let spared = signers.count { known($0, certificate.signature(of: $0) ?? choices.signature()) }
            try expect(
                verified == signers.count - spared, "\(verified) signatures of \(signers.count) verified")
        }
    }

    private var signers: [Int] { (0..<certificate.signers.count).filter { certificate.signers[$0] } }

    private func isTrue(_ signature: Signature, of signer: Int) -> Bool {
        signer < chosen.count && signature == chosen.signature(certificate.subject, by: signer)
    }

    private func isValid(_ certificate: Certificate) -> Bool {
        let members = chosen.committee.validators.members
        guard certificate.subject.epoch == chosen.committee.epoch, certificate.signers.count == members.count
        else { return false }
        var have: UInt64 = 0, lacking: UInt64 = 0
        for (place, member) in members.enumerated() {
            guard certificate.signers[place] else {
                lacking += member.weight
                continue
            }
            guard let signature = certificate.signature(of: place), isTrue(signature, of: place) else {
                return false
            }
            have += member.weight
        }
        return have > 2 * lacking
    }

    /// Two votes are evidence exactly if one signer gave both and no honest one does.
    private static func evidence(_ choices: inout Choices, _ chosen: FuzzedCommittee) throws(Finding) {
        let epoch = chosen.committee.epoch, signer = choices.number(below: chosen.count)
        let one = subject(epoch, &choices), other = subject(epoch, &choices)
        let second = choices.once(in: 8) ? choices.number(below: chosen.count) : signer
        let votes = [chosen.vote(one, by: signer), chosen.vote(other, by: second)]
        let kinds = Set([one.kind, other.kind])
        let isOffence =
            signer == second && one != other && one.epoch == other.epoch && one.view == other.view
            && (kinds == [.notarize] || kinds == [.finalize] || kinds == [.nullify, .finalize])
        let found = Evidence(votes[0], votes[1])
        try expect((found != nil) == isOffence, "\(votes) are evidence: \(!isOffence), which is not so")
        guard let found else { return }
        try expect(found == Evidence(votes[1], votes[0]), "one offence has two forms: \(votes)")
        try expect(
            found.isProven(in: chosen.committee, by: TrialVerifier.standIn) == (one.epoch == epoch),
            "evidence of epoch \(one.epoch) in \(epoch)")
        let back = try? Evidence(decoding: found.encoded)
        try expect(back == found, "\(found) came back as \(String(describing: back))")
    }
}
