internal import ConclaveConsensusCore
internal import ConclaveConsensusTrials
internal import ConclaveFuzzing

extension ConsensusStory {
    mutating func ask(_ choices: inout Choices) throws(Violation) {
        guard let liar = liar(&choices), let place = place(&choices) else { return }
        let digest = trial.offered.isEmpty ? Digest.zero : choices.element(of: trial.offered).payload
        let ask: Ask =
            switch choices.number(below: 4) {
            case 0: .certificate(place.epoch, place.view, choices.element(of: Ask.Wanted.allCases))
            case 1: .closing(place.epoch)
            case 2: .block(digest)
            default: .ancestry(digest, above: Height(UInt64(choices.byte() % 16)))
            }
        let audience = audience(&choices)
        let times = choices.element(of: [1, 1, 1, 1, 1, 3, 3, 220])
        for _ in 0..<times { try say(.ask(ask), by: liar, to: audience) }
    }

    /// What a liar was asked for, something like it, or a link that ends and begins anew.
    mutating func answer(_ choices: inout Choices) throws(Violation) {
        if choices.once(in: 4) { return try reconnect(&choices) }
        let questions = trial.questions
        guard !questions.isEmpty else { return }
        let question = choices.element(of: questions)
        guard let message = reply(to: question.ask, &choices) else { return }
        try say(message, by: question.liar, to: [question.from])
    }

    private mutating func reconnect(_ choices: inout Choices) throws(Violation) {
        guard let liar = liar(&choices) else { return }
        let isLeaving = choices.once(in: 4)
        for node in audience(&choices) {
            if isLeaving { trial.disconnect(liar, from: node) } else { try trial.connect(liar, to: node) }
        }
    }

    private func reply(to ask: Ask, _ choices: inout Choices) -> ConsensusMessage? {
        switch ask {
        case .certificate(let epoch, let view, let wanted):
            var kind: VoteKind = wanted == .nullification ? .nullify : .notarize
            if choices.once(in: 4) { kind = choices.element(of: VoteKind.allCases) }
            let other = choices.once(in: 4) ? view.advanced(by: UInt64(choices.byte() % 4)) : view
            return trueCertificate(kind, epoch, other).map { .answer($0) }
        case .closing(let epoch):
            return trial.witness.start(of: epoch.next)?.closing.map { .closing($0) }
        case .block(let digest):
            return block(digest, &choices).map { .body(View(UInt64(choices.byte() % 2)), $0) }
        case .ancestry(let digest, _):
            return way(down: digest, &choices)
        }
    }

    private func block(_ digest: Digest, _ choices: inout Choices) -> Block? {
        let isOther = choices.once(in: 4) && !trial.offered.isEmpty
        return trial.blocks[isOther ? choices.element(of: trial.offered).payload : digest]
    }

    private func way(down digest: Digest, _ choices: inout Choices) -> ConsensusMessage? {
        var list: [Block] = []
        var next = block(digest, &choices)
        for _ in 0..<choices.number(in: 1...5) {
            guard let block = next else { break }
            list.append(block)
            next = trial.blocks[block.header.parent]
        }
        return list.isEmpty ? nil : .blocks(list)
    }

    /// Bytes of a message that is on its way, or of what a liar said before, with changes.
    mutating func garble(_ choices: inout Choices) throws(Violation) {
        guard let liar = liar(&choices) else { return }
        let place = choices.number(below: 64)
        guard let message = choices.once(in: 2) ? lastSaid : trial.message(at: place) else { return }
        var bytes = message.encoded
        for _ in 0..<choices.number(below: 4) where !bytes.isEmpty {
            let position = choices.number(below: bytes.count)
            switch choices.number(below: 8) {
            case 0: bytes.removeLast(bytes.count - position)
            case 1: bytes.append(choices.byte())
            case 2: bytes.remove(at: position)
            default: bytes[position] ^= choices.byte()
            }
        }
        let kind = choices.once(in: 16) ? choices.element(of: MessageClass.allCases) : message.kind
        for node in audience(&choices) { try trial.utter(bytes, of: kind, by: liar, to: node) }
    }
}
