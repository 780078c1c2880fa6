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
        recovery.forgetDelivered()
        #expect(recovery.headers.count == 1)
    }
}
