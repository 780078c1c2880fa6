internal import ConclaveCodec
internal import ConclaveConsensusCore
internal import ConclaveConsensusTrials
internal import ConclaveCryptography
internal import ConclaveFuzzedConsensus
internal import ConclaveFuzzing

/// A light client that is shown proofs by somebody who holds one key of four, every signature that the others
/// ever gave, and every header, also of blocks that were notarized in vain.
struct LightTrial {
    private static let liar = 0

    private let epochLength: UInt64
    private var committees: [FuzzedCommittee] = []
    /// Of final blocks, by height from 1 on.
    private var chain: [Header] = []
    /// Those and others.
    private var headers: [Header] = []
    private var signatures: [Subject: [Int: Signature]] = [:]
    private var finals: Set<Digest> = []
    private var client: LightClient

    static func run(_ choices: inout Choices) throws(Finding) {
        var trial = LightTrial(&choices)
        try trial.acceptsTruth()
        for _ in 0..<12 where !choices.isEmpty { try trial.show(&choices) }
    }

    private init(_ choices: inout Choices) {
        epochLength = UInt64(choices.number(in: 1...4))
        let name = Digest(of: [7])
        for epoch in 0..<3 {
            committees.append(
                FuzzedCommittee(
                    weights: [1, 1, 1, 1], first: epoch, chain: name, epoch: Epoch(UInt64(epoch))))
        }
        client = LightClient(committee: committees[0].committee, epochLength: epochLength)
        grow(&choices)
    }

    /// The history: each height is notarized, some are finalised directly, and here and there another block
    /// was notarized, and nothing came of it.
    private mutating func grow(_ choices: inout Choices) {
        let genesis = committees[0].genesis
        var parent = genesis
        for height in 1...3 * epochLength {
            let epoch = Int((height - 1) / epochLength), committee = committees[epoch]
            let isLast = height % epochLength == 0
            let next = isLast && epoch < 2 ? committees[epoch + 1].committee.digest : .zero
            let header = committee.block(Int(height), on: parent, next: next).header
            if choices.once(in: 2) {
                let vain = committee.block(Int(height) + 1_000, on: parent, next: next).header
                headers.append(vain)
                sign(.notarize(proposal(vain, view: height * 2)), in: epoch)
            }
            chain.append(header)
            headers.append(header)
            finals.insert(header.digest)
            sign(.notarize(proposal(header, view: height * 2 + 1)), in: epoch)
            if isLast || choices.once(in: 2) {
                sign(.finalize(proposal(header, view: height * 2 + 1)), in: epoch)
            }
            parent = header
        }
    }

    private func proposal(_ header: Header, view: UInt64) -> Proposal {
        Proposal(
            epoch: header.epoch, view: View(view), parentView: View(view).lowered(by: 2),
            payload: header.digest)
    }

    private mutating func sign(_ subject: Subject, in epoch: Int) {
        for signer in 1..<4 {
            signatures[subject, default: [:]][signer] = committees[epoch].signature(subject, by: signer)
        }
    }

    private func certificate(_ subject: Subject) -> Certificate {
        let votes = (signatures[subject] ?? [:]).sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
        return Certificate(subject, count: 4, votes: votes)
    }

    private func finalization(of header: Header) -> Subject {
        .finalize(proposal(header, view: header.height.number * 2 + 1))
    }

    // MARK: The truth

    /// Everything that is final has a proof, and a client that follows it from epoch to epoch accepts it.
    private func acceptsTruth() throws(Finding) {
        var honest = client
        for epoch in 0..<3 {
            let heights = chain.filter { $0.epoch.number == UInt64(epoch) }
            guard let last = heights.last else { throw Finding("an epoch without heights") }
            let proof = certificate(finalization(of: last))
            for place in heights.indices {
                let way = Array(heights[place...].reversed())
                guard let shown = CertifiedHeader(headers: way, finalization: proof) else {
                    throw Finding("no proof of \(way.count) headers")
                }
                let accepted = try? honest.accept(shown, by: TrialVerifier.standIn)
                try expect(accepted == heights[place], "\(heights[place].height) is final, and not accepted")
            }
            guard epoch < 2 else { return }
            let next = committees[epoch + 1].committee.validators
            let crossing = CertifiedHeader(last, finalization: proof)
            do throws(LightClientFault) {
                try honest.cross(crossing, next: next, by: TrialVerifier.standIn)
            } catch {
                throw Finding("epoch \(epoch) cannot be left: \(error)")
            }
        }
    }

    // MARK: Lies

    private mutating func show(_ choices: inout Choices) throws(Finding) {
        guard let proof = proof(&choices) else { return }
        if choices.once(in: 3) { return try cross(proof, &choices) }
        guard let accepted = try? client.accept(proof, by: TrialVerifier.standIn) else { return }
        try expect(finals.contains(accepted.digest), "a header is accepted that nobody finalised: \(proof)")
        try expect(
            accepted.epoch == client.epoch && accepted == proof.header, "another header is accepted: \(proof)"
        )
    }

    private mutating func cross(_ proof: CertifiedHeader, _ choices: inout Choices) throws(Finding) {
        let epoch = Int(client.epoch.number)
        let next = choices.element(of: committees).committee.validators
        guard (try? client.cross(proof, next: next, by: TrialVerifier.standIn)) != nil else { return }
        try expect(
            epoch < 2 && client.committee.digest == committees[epoch + 1].committee.digest,
            "the client crosses from epoch \(epoch) to a set that does not follow")
    }

    private func proof(_ choices: inout Choices) -> CertifiedHeader? {
        var list: [Header] = []
        var next: Header? = choices.element(of: headers)
        for _ in 0..<choices.number(in: 1...4) {
            guard let header = next else { break }
            list.append(choices.once(in: 12) ? altered(header, &choices) : header)
            next = choices.once(in: 12) ? choices.element(of: headers) : parent(of: header)
        }
        guard let first = list.first else { return nil }
        let finalization = forged(about: choices.once(in: 8) ? choices.element(of: headers) : first, &choices)
        guard let proof = CertifiedHeader(headers: list, finalization: finalization) else { return nil }
        guard choices.once(in: 4) else { return proof }
        return try? CertifiedHeader(decoding: choices.damaged(proof.encoded))
    }

    private func parent(of header: Header) -> Header? {
        headers.first { $0.digest == header.parent }
    }

    private func altered(_ header: Header, _ choices: inout Choices) -> Header {
        let place = choices.number(below: 7), other = choices.digest()
        return Header(
            chain: place == 0 ? other : header.chain,
            height: place == 1 ? Height(choices.place()) : header.height,
            epoch: place == 2 ? Epoch(choices.place()) : header.epoch,
            parent: place == 3 ? other : header.parent, bodyRoot: place == 4 ? other : header.bodyRoot,
            stateRoot: header.stateRoot, setDigest: place == 5 ? other : header.setDigest,
            nextSetDigest: place == 6 ? other : header.nextSetDigest, time: header.time)
    }

    /// A certificate of what exists, of what the liar adds, and of copies.
    private func forged(about header: Header, _ choices: inout Choices) -> Certificate {
        // An altered header is of any height, and of any epoch.
        let view = header.height.number &* 2 &+ UInt64(choices.number(below: 4) == 0 ? 0 : 1)
        let wanted = proposal(header, view: view)
        let source: Subject = choices.once(in: 4) ? .notarize(wanted) : .finalize(wanted)
        var votes = signatures[source] ?? [:]
        let epoch = min(Int(clamping: header.epoch.number), 2)
        switch choices.number(below: 8) {
        case 0, 1: votes[Self.liar] = committees[epoch].signature(source, by: Self.liar)
        case 2:
            let own = committees[epoch].signature(source, by: Self.liar)
            for signer in 0..<4 { votes[signer] = votes[signer] ?? own }
        case 3: votes[choices.number(below: 4)] = nil
        default: break
        }
        let subject: Subject = choices.once(in: 4) ? .finalize(wanted) : source
        let count = choices.once(in: 8) ? choices.number(below: 6) : 4
        return Certificate(
            subject, count: count, votes: votes.sorted { $0.key < $1.key }.map { ($0.key, $0.value) })
    }
}
