import ConclaveCodec
import ConclaveConsensusTrials
import Testing

@testable import ConclaveConsensusCore

@Suite struct EvidenceTests {
    let chain = Chain()
    let one: Proposal
    let other: Proposal

    init() {
        one = chain.proposal(2, of: chain.block(1))
        other = chain.proposal(2, of: chain.block(2))
    }

    @Test func `two notarizations, two finalizations, and nullify with finalize are offences`() throws {
        let offences: [(Subject, Subject, Evidence.Offence)] = [
            (.notarize(one), .notarize(other), .twoNotarizations),
            (.finalize(one), .finalize(other), .twoFinalizations),
            (.nullify(0, 2), .finalize(one), .nullifiedAndFinalized),
        ]
        for (first, second, offence) in offences {
            let votes = [chain.vote(first, by: 1), chain.vote(second, by: 1)]
            let evidence = try #require(Evidence(votes[0], votes[1]))
            #expect(evidence.offence == offence)
            #expect(evidence.isProven(in: chain.committee, by: TrialVerifier.standIn))
            #expect(Evidence(votes[1], votes[0]) == evidence)
            checkHostile(evidence)
        }
    }

    @Test func `what honest validators do is none`() {
        let pairs: [(Vote, Vote)] = [
            (chain.vote(.notarize(one), by: 1), chain.vote(.finalize(other), by: 1)),
            (chain.vote(.notarize(one), by: 1), chain.vote(.nullify(0, 2), by: 1)),
            (chain.vote(.notarize(one), by: 1), chain.vote(.notarize(one), by: 1)),
            (chain.vote(.notarize(one), by: 1), chain.vote(.notarize(other), by: 2)),
            (
                chain.vote(.nullify(0, 2), by: 1),
                chain.vote(.finalize(chain.proposal(3, of: chain.block(1))), by: 1)
            ),
        ]
        for (first, second) in pairs { #expect(Evidence(first, second) == nil) }
    }

    @Test func `votes that were not signed prove nothing`() throws {
        let forged = Vote(.notarize(other), signer: 1, signature: chain.vote(.notarize(one), by: 1).signature)
        let evidence = try #require(Evidence(chain.vote(.notarize(one), by: 1), forged))
        #expect(!evidence.isProven(in: chain.committee, by: TrialVerifier.standIn))
    }
}
