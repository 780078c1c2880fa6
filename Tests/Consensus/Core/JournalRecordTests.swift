import ConclaveCodec
import Testing

@testable import ConclaveConsensusCore

@Suite struct JournalRecordTests {
    static let chain = Chain(weights: [1, 2])
    static let block = chain.block(1)
    static let certificate = chain.certificate(.nullify(0, 6), by: [0, 1])
    static let records: [JournalRecord] = [
        .epoch(chain.start, .abstaining),
        .epoch(
            EpochStart(
                epoch: 1, origin: block.header, validators: chain.start.validators, closing: certificate),
            .voting),
        .certificate(certificate), .block(block), .vote(chain.vote(.nullify(0, 3), by: 1)),
        .acknowledged(7, digest(1)), .settled(1, 9),
    ]

    @Test(arguments: records) func `a record has one encoding, and damaged bytes are none`(
        _ record: JournalRecord
    ) {
        checkHostile(record.encoded, read: { try JournalRecord(decoding: $0) }, write: { $0.encoded })
    }
}
