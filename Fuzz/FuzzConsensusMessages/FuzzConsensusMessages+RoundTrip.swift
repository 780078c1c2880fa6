internal import ConclaveCodec
internal import ConclaveConsensusCore
internal import ConclaveFuzzedConsensus
internal import ConclaveFuzzing

extension FuzzConsensusMessages {
    /// More than in any set that is tried here.
    private static let validators = 40

    /// Builds a message, expects it back, and looks at what changes make of it.
    static func roundTrip(_ choices: inout Choices) throws(Finding) {
        let message = message(&choices), bytes = message.encoded, channel = message.kind
        let limits = MessageLimits(bodyBytes: 160)
        let back = try? ConsensusMessage(decoding: bytes, of: channel, limits: limits)
        try expect(
            back == message && back?.encoded == bytes,
            "\(message) came back as \(String(describing: back)) from \(Hex.text(bytes))")
        let longest = limits.longestMessage(of: channel, validators: validators)
        try expect(bytes.count <= longest, "\(message) has \(bytes.count) bytes, and \(longest) may pass")
        try tight(message, bytes)
        let short = Array(bytes.prefix(choices.number(below: max(bytes.count, 1))))
        try expect(
            (try? ConsensusMessage(decoding: short, of: channel, limits: limits)) == nil,
            "\(short.count) of the \(bytes.count) bytes of \(message) are taken for a message")
        try self.message(choices.damaged(bytes), of: channel, limits: limits)
        let other = choices.element(of: MessageClass.allCases)
        try self.message(bytes, of: other, limits: limits)
    }

    /// A body that is one byte longer than allowed does not pass.
    private static func tight(_ message: ConsensusMessage, _ bytes: [UInt8]) throws(Finding) {
        let bodies: [Block]
        switch message {
        case .body(_, let block): bodies = [block]
        case .blocks(let list): bodies = list
        case .vote, .certificate, .proposal, .ask, .answer, .closing: return
        }
        guard let longest = bodies.map(\.body.count).max(), longest > 0 else { return }
        let limits = MessageLimits(bodyBytes: longest - 1)
        try expect(
            (try? ConsensusMessage(decoding: bytes, of: message.kind, limits: limits)) == nil,
            "a body of \(longest) bytes passes a limit of one less")
    }

    private static func message(_ choices: inout Choices) -> ConsensusMessage {
        switch choices.number(below: 9) {
        case 0: .vote(choices.vote())
        case 1: .certificate(choices.certificate(of: validators))
        case 2, 3: .proposal(proposal(&choices))
        case 4: .ask(choices.ask())
        case 5: .answer(choices.certificate(of: validators))
        case 6: .body(View(choices.place()), choices.block())
        case 7: .closing(choices.certificate(of: validators))
        default: .blocks(blocks(&choices))
        }
    }

    private static func proposal(_ choices: inout Choices) -> LeaderProposal {
        let proposal = Proposal(
            epoch: Epoch(choices.place()), view: View(choices.place()), parentView: View(choices.place()),
            payload: choices.digest())
        let vote = Vote(.notarize(proposal), signer: choices.integer(), signature: choices.signature())
        let certificates = (0..<choices.number(below: 17)).map { _ in choices.certificate(of: validators) }
        return LeaderProposal(vote, certificates: certificates)
    }

    /// Newest first: built from below.
    private static func blocks(_ choices: inout Choices) -> [Block] {
        var list = [choices.block()]
        for _ in 0..<choices.number(below: 64) { list.insert(choices.block(parent: list[0].digest), at: 0) }
        return list
    }
}
