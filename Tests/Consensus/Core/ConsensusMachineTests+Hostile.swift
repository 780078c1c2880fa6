import ConclaveCodec
import ConclaveConsensusTrials
import ConclavePrimitives
import Testing

@testable import ConclaveConsensusCore

/// What can be read and means nothing good: with other numbers of views, epochs, members and heights.
extension ConsensusMachineTests {
    private var messages: [ConsensusMessage] {
        let block = chain.block(1), proposal = chain.proposal(1, of: block)
        // Not enough of them: one bit of the vote beside it would leave a true certificate true.
        let certificate = chain.certificate(.nullify(0, 1), by: [1, 3])
        return [
            .vote(chain.vote(.nullify(0, 1), by: 3)), .vote(chain.vote(.notarize(proposal), by: 3)),
            .vote(chain.vote(.finalize(proposal), by: 3)), .certificate(certificate),
            .certificate(chain.certificate(.finalize(proposal))),
            .proposal(LeaderProposal(chain.vote(.notarize(proposal), by: 3), certificates: [certificate])),
            .ask(.certificate(0, 1, .either)), .ask(.closing(0)), .ask(.block(block.digest)),
            .ask(.ancestry(block.digest, above: 0)), .answer(certificate), .body(1, block),
            .blocks([chain.block(2, on: block.header), block]), .closing(certificate),
        ]
    }

    /// Each bit flipped, and each byte made the greatest.
    private func variants(_ message: ConsensusMessage) -> [ConsensusMessage] {
        let bytes = message.encoded
        let flipped = (0..<bytes.count * 8).map { bit in
            var changed = bytes
            changed[bit / 8] ^= 1 << UInt8(bit % 8)
            return changed
        }
        let full = bytes.indices.map { place in
            var changed = bytes
            for next in place..<min(place + 8, bytes.count) { changed[next] = .max }
            return changed
        }
        return (flipped + full).compactMap { bytes in
            try? ConsensusMessage(decoding: bytes, of: message.kind, limits: MessageLimits(bodyBytes: 100))
        }
    }

    @Test func `A23 whatever one of four says, the others agree without it and nothing of it is believed`() {
        var bench = Bench(chain)
        var count = 0
        for message in messages {
            for variant in variants(message) {
                count += 1
                bench.connect(3)
                bench.hear(variant, from: 3, at: 1)
            }
        }
        #expect(count > 3_000)
        let block = chain.block(1), proposal = chain.proposal(1, of: block)
        bench.hear(proposal, of: block, from: 1, at: 2)
        bench.hear(.notarize(proposal), from: [2], at: 3)
        bench.hear(.finalize(proposal), from: [1, 2], at: 4)
        #expect(bench.delivered.first == block.digest)
    }
}
