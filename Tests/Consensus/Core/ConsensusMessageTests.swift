import ConclaveCodec
import ConclavePrimitives
import Testing

@testable import ConclaveConsensusCore

@Suite struct ConsensusMessageTests {
    static let chain = Chain(weights: [1, 2, 3])
    static let block = chain.block(1)
    static let proposal = Proposal(epoch: 0, view: 7, parentView: 5, payload: block.digest)
    static let certificate = chain.certificate(.nullify(0, 6), by: [0, 2])

    static let messages: [ConsensusMessage] = [
        .vote(chain.vote(.nullify(0, 7), by: 1)),
        .vote(chain.vote(.finalize(proposal), by: 2)),
        .certificate(certificate),
        .certificate(chain.certificate(.notarize(proposal), by: [0, 1, 2])),
        .proposal(LeaderProposal(chain.vote(.notarize(proposal), by: 0), certificates: [certificate])),
        .ask(.certificate(3, 9, .nullification)), .ask(.closing(4)), .ask(.block(digest(1))),
        .ask(.ancestry(digest(2), above: 77)),
        .answer(certificate),
        .body(7, block),
        .blocks([chain.block(2, on: block.header), block]),
        .closing(certificate),
    ]

    @Test(arguments: messages) func `A23 a message has one encoding, and hostile bytes are none`(
        _ message: ConsensusMessage
    ) {
        let limits = MessageLimits(bodyBytes: 100)
        checkHostile(
            message.encoded, read: { try ConsensusMessage(decoding: $0, of: message.kind, limits: limits) },
            write: { $0.encoded })
    }

    @Test(arguments: messages) func `no message is longer than its class allows`(_ message: ConsensusMessage)
    {
        let longest = MessageLimits(bodyBytes: 100).longestMessage(of: message.kind, validators: 3)
        #expect(message.encoded.count <= longest)
    }

    @Test func `votes and certificates are as long as is said`() {
        let chain = Chain()
        let finalize = Subject.finalize(Self.proposal)
        #expect(chain.vote(.nullify(0, 1), by: 0).encoded.count == 83)
        #expect(chain.vote(finalize, by: 0).encoded.count == 123)
        #expect(chain.certificate(finalize).encoded.count == 57 + 2 + 1 + 3 * 64)
    }

    @Test func `urgent classes are urgent`() {
        #expect(MessageClass.votes.urgency == .critical)
        #expect(MessageClass.certificates.urgency == .critical)
        #expect(MessageClass.proposals.urgency == .high)
        #expect(MessageClass.asks.urgency == .high)
        #expect(MessageClass.bodies.urgency == .normal)
        #expect(MessageClass.backfill.urgency == .bulk)
    }

    @Test func `a body above the limit, a wrong one and blocks that are not linked are refused`() {
        let small = MessageLimits(bodyBytes: 1)
        #expect(throws: MessageFault.malformed(.aboveLimit(value: 2, limit: 1))) {
            try ConsensusMessage(
                decoding: ConsensusMessage.body(1, Self.block).encoded, of: .bodies, limits: small)
        }
        var bytes = ConsensusMessage.body(1, Self.block).encoded
        bytes[bytes.count - 1] ^= 1
        #expect(throws: MessageFault.wrongBody) {
            try ConsensusMessage(decoding: bytes, of: .bodies, limits: MessageLimits())
        }
        let apart = ConsensusMessage.blocks([Self.chain.block(3), Self.block])
        #expect(throws: MessageFault.notLinked) {
            try ConsensusMessage(decoding: apart.encoded, of: .backfill, limits: MessageLimits())
        }
    }

    @Test func `an answer without blocks, and one with too many, is refused`() {
        #expect(throws: MessageFault.malformed(.belowLimit(value: 0, limit: 1))) {
            try ConsensusMessage(decoding: [0, 0], of: .backfill, limits: MessageLimits())
        }
        #expect(throws: MessageFault.malformed(.aboveLimit(value: 251, limit: 250))) {
            try ConsensusMessage(decoding: [0, 251], of: .backfill, limits: MessageLimits())
        }
    }

    @Test(arguments: MessageClass.allCases) func `A23 random bytes trap nothing`(_ kind: MessageClass) {
        var random = SplitMix64(seed: 5)
        for _ in 0..<2_000 {
            let bytes = (0..<Int.random(in: 0..<300, using: &random)).map { _ in
                UInt8.random(in: Bool.random(using: &random) ? 0...3 : 0...255, using: &random)
            }
            if let message = try? ConsensusMessage(
                decoding: bytes, of: kind, limits: MessageLimits(bodyBytes: 64))
            {
                #expect(message.encoded == bytes)
            }
        }
    }
}
