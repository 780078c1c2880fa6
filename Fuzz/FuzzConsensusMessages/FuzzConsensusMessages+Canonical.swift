internal import ConclaveCodec
internal import ConclaveConsensusCore
internal import ConclaveFuzzing

extension FuzzConsensusMessages {
    /// Decodes the rest of the input as one of the values that travel or lie in a journal.
    static func canonical(_ choices: inout Choices) throws(Finding) {
        let kind = choices.number(below: 10)
        let limits = MessageLimits(bodyBytes: choices.element(of: [0, 32, 1 << 20]))
        let channel = choices.element(of: MessageClass.allCases), bytes = choices.rest()
        if kind < 5 { return try message(bytes, of: channel, limits: limits) }
        let again: [UInt8]? =
            switch kind {
            case 5: (try? JournalRecord(decoding: bytes))?.encoded
            case 6: again(EpochStart.self, bytes)
            case 7: again(ValidatorSet.self, bytes)
            case 8: again(CertifiedHeader.self, bytes)
            default: again(Evidence.self, bytes)
            }
        guard let again else { return }
        try expect(again == bytes, "kind \(kind) decoded \(Hex.text(bytes)) and encoded \(Hex.text(again))")
    }

    private static func again<Value: WireValue>(_: Value.Type, _ bytes: [UInt8]) -> [UInt8]? {
        (try? Value(decoding: bytes))?.encoded
    }

    /// Whatever `bytes` are on that channel: a message with its one form and within the limits, or refused.
    static func message(
        _ bytes: [UInt8], of channel: MessageClass, limits: MessageLimits
    ) throws(Finding) {
        guard let message = try? ConsensusMessage(decoding: bytes, of: channel, limits: limits) else {
            return
        }
        let again = message.encoded
        try expect(again == bytes, "\(message) decoded \(Hex.text(bytes)) and encoded \(Hex.text(again))")
        try expect(message.kind == channel, "\(message) is heard on the channel of \(channel)")
        switch message {
        case .proposal(let proposal):
            try expect(proposal.vote.subject.kind == .notarize, "a proposal that is a vote of another kind")
            try expect(proposal.certificates.count <= 16, "\(proposal.certificates.count) certificates")
        case .body(_, let block): try whole([block], limits)
        case .blocks(let list):
            try expect((1...64).contains(list.count), "\(list.count) blocks")
            for (above, below) in zip(list, list.dropFirst()) {
                try expect(above.header.parent == below.header.digest, "a block that is not the parent")
            }
            try whole(list, limits)
        case .vote, .certificate, .ask, .answer, .closing: break
        }
    }

    private static func whole(_ blocks: [Block], _ limits: MessageLimits) throws(Finding) {
        for block in blocks {
            try expect(block.body.count <= limits.bodyBytes, "a body of \(block.body.count) bytes")
            try expect(
                Digest(of: block.body) == block.header.bodyRoot, "a body that its header does not name")
            try expect(block.digest == block.header.digest, "a block under another's digest")
        }
    }
}
