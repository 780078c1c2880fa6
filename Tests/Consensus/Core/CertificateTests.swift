import ConclaveCodec
import ConclaveConsensusTrials
import ConclaveCryptography
import Testing

@testable import ConclaveConsensusCore

@Suite struct CertificateTests {
    let chain = Chain(weights: [1, 1, 1, 4])
    let subject = Subject.nullify(0, 3)

    private func fault(_ certificate: Certificate) -> CertificateFault? {
        do throws(CertificateFault) {
            try certificate.verify(in: chain.committee, by: TrialVerifier.standIn)
            return nil
        } catch {
            return error
        }
    }

    @Test func `weight makes a quorum, not the number of signers`() {
        #expect(fault(chain.certificate(subject, by: [0, 3])) == nil)
        #expect(fault(chain.certificate(subject, by: [0, 1, 2])) == .noQuorum)
        #expect(fault(chain.certificate(subject, by: [3])) == .noQuorum)
    }

    @Test func `bits for another number of members, of another epoch, or a false signature prove nothing`() {
        let good = chain.certificate(subject, by: [0, 3])
        let signature = good.signature(of: 3)
        #expect(signature == chain.vote(subject, by: 3).signature)
        #expect(good.signature(of: 1) == nil)
        #expect(
            fault(
                Certificate(
                    subject, count: 5, votes: [(3, signature ?? chain.vote(subject, by: 3).signature)]))
                == .size(5))
        #expect(fault(chain.certificate(.nullify(1, 3), by: [0, 3])) == .foreignEpoch(1))
        let wrong = Certificate(
            subject, count: 4,
            votes: [(0, chain.vote(subject, by: 0).signature), (3, chain.vote(subject, by: 2).signature)])
        #expect(fault(wrong) == .signature(of: 3, after: 2))
    }

    @Test func `votes out of order or out of range are left out`() {
        let signature = chain.vote(subject, by: 0).signature
        let certificate = Certificate(
            subject, count: 4,
            votes: [(1, signature), (1, signature), (0, signature), (4, signature), (2, signature)])
        #expect((0..<4).filter { certificate.signers[$0] } == [1, 2])
    }

    @Test func `what is known is not looked at again`() throws {
        let certificate = chain.certificate(subject, by: [0, 1, 3])
        let verified = try certificate.verify(in: chain.committee, by: TrialVerifier.standIn) { signer, _ in
            signer == 0
        }
        #expect(verified == 2)
    }

    @Test func `hostile bytes are no certificate, or one with those bytes`() {
        checkHostile(chain.certificate(subject, by: [0, 3]))
        checkHostile(chain.certificate(.finalize(chain.proposal(3, of: chain.block(1))), by: [1]))
    }
}
