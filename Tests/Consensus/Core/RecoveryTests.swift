import Testing

@testable import ConclaveConsensusCore

@Suite struct RecoveryTests {
    let chain = Chain()

    @Test func `an epoch leaves nothing of the one before but blocks`() {
        var recovery = Recovery()
        #expect(recovery.isEmpty)
        let block = chain.block(1)
        let next = EpochStart(
            epoch: 1, origin: block.header, validators: chain.start.validators, closing: nil)
        for record: JournalRecord in [
            .epoch(chain.start, .voting), .certificate(chain.certificate(.nullify(0, 1))), .block(block),
            .vote(chain.vote(.nullify(0, 2), by: 0)), .epoch(next, .abstaining),
            .acknowledged(1, block.digest),
            .epoch(chain.start, .voting), .vote(chain.vote(.nullify(0, 3), by: 0)), .acknowledged(0, .zero),
        ] { recovery.replay(record) }
        #expect(recovery.start == next)
        #expect(recovery.standing == .abstaining)
        #expect(recovery.certificates.isEmpty)
        #expect(recovery.votes.isEmpty)
        #expect(recovery.headers.count == 1)
        #expect(recovery.acknowledged?.height == 1)
    }

    @Test func `blocks are wanted that certificates, votes and the last acknowledgement are about`() {
        var recovery = Recovery()
        let blocks = (1...4).map { chain.block($0) }
        let proposals = blocks.enumerated().map {
            chain.proposal(View(UInt64($0.offset) + 1), of: $0.element)
        }
        for record: JournalRecord in [
            .epoch(chain.start, .voting), .certificate(chain.certificate(.notarize(proposals[0]))),
            .certificate(chain.certificate(.nullify(0, 9))),
            .vote(chain.vote(.notarize(proposals[1]), by: 0)),
            .vote(chain.vote(.finalize(proposals[1]), by: 0)), .acknowledged(1, blocks[2].digest),
        ] { recovery.replay(record) }
        var wanted: Set<Digest> = []
        while let digest = recovery.takeMissingBlock() {
            if let block = blocks.first(where: { $0.digest == digest }) { recovery.replay(.block(block)) }
            wanted.insert(digest)
        }
        #expect(wanted == Set(blocks.prefix(3).map(\.digest)))
        #expect(recovery.headers.count == 3)
    }

    @Test func `a block that the journal lacks is named once`() {
        var recovery = Recovery()
        for record: JournalRecord in [.epoch(chain.start, .voting), .acknowledged(1, chain.block(1).digest)] {
            recovery.replay(record)
        }
        #expect(recovery.takeMissingBlock() == chain.block(1).digest)
        #expect(recovery.takeMissingBlock() == nil)
    }
}
