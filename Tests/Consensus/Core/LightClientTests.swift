import ConclaveCodec
import ConclaveConsensusTrials
import ConclavePrimitives
import Testing

@testable import ConclaveConsensusCore

@Suite struct LightClientTests {
    let chain = Chain()

    private func client() -> LightClient { LightClient(committee: chain.committee, epochLength: 2) }

    private func fault(_ proof: CertifiedHeader) -> LightClientFault? {
        do throws(LightClientFault) {
            try client().accept(proof, by: TrialVerifier.standIn)
            return nil
        } catch {
            return error
        }
    }

    private func finalization(of block: Block) -> Certificate {
        chain.certificate(.finalize(chain.proposal(4, of: block)))
    }

    @Test func `a header is accepted if it is final, or leads up to one that is`() throws {
        let first = chain.block(1), second = chain.block(2, on: first.header)
        #expect(
            try client().accept(
                CertifiedHeader(first.header, finalization: finalization(of: first)),
                by: TrialVerifier.standIn) == first.header)
        let proof = try #require(
            CertifiedHeader(headers: [second.header, first.header], finalization: finalization(of: second)))
        #expect(try client().accept(proof, by: TrialVerifier.standIn) == first.header)
        checkHostile(proof)
    }

    @Test func `a notarization, another block, another chain, set, epoch or height prove nothing`() throws {
        let block = chain.block(1)
        let notarization = chain.certificate(.notarize(chain.proposal(4, of: block)))
        #expect(fault(CertifiedHeader(block.header, finalization: notarization)) == .notFinal)
        let other = chain.block(2)
        #expect(
            fault(CertifiedHeader(other.header, finalization: finalization(of: block)))
                == .otherBlock(other.digest))
        let few = chain.certificate(.finalize(chain.proposal(4, of: block)), by: [0, 1])
        #expect(fault(CertifiedHeader(block.header, finalization: few)) == .certificate(.noQuorum))
        for flaw in [Flaw.chain, .set, .epoch] {
            let block = flaw.block(in: chain)
            #expect(fault(CertifiedHeader(block.header, finalization: finalization(of: block))) != nil)
        }
        let second = chain.block(2, on: block.header), third = chain.block(3, on: second.header)
        #expect(fault(CertifiedHeader(third.header, finalization: finalization(of: third))) == .height(3))
        let gap = try #require(
            CertifiedHeader(headers: [second.header, other.header], finalization: finalization(of: second)))
        #expect(fault(gap) == .notLinked(1))
    }

    @Test func `the last block of an epoch leads into the next with the set that it names`() throws {
        let first = chain.block(1), last = chain.block(2, on: first.header, last: true)
        var client = client()
        let early = CertifiedHeader(first.header, finalization: finalization(of: first))
        #expect(throws: LightClientFault.notLast(1)) {
            try client.cross(early, next: chain.start.validators, by: TrialVerifier.standIn)
        }
        let proof = CertifiedHeader(last.header, finalization: finalization(of: last))
        let wrong = try ValidatorSet(Array(chain.start.validators.members.dropLast()))
        #expect(throws: LightClientFault.wrongNextSet(wrong.digest(chain: chain.committee.chain, epoch: 1))) {
            try client.cross(proof, next: wrong, by: TrialVerifier.standIn)
        }
        try client.cross(proof, next: chain.start.validators, by: TrialVerifier.standIn)
        #expect(client.epoch == 1)
        #expect(client.heights == 3...4)
        #expect(throws: LightClientFault.foreignEpoch(0)) {
            try client.accept(proof, by: TrialVerifier.standIn)
        }
    }

    @Test func `heights at the end of all numbers trap nothing`() {
        let committee = Committee(chain: .zero, epoch: Epoch(.max), validators: chain.start.validators)
        #expect(LightClient(committee: committee, epochLength: .max).heights.upperBound == .max)
    }
}
