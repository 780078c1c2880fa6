import ConclaveCodec
import ConclaveCryptography
import ConclavePrimitives
import ConclaveVectors
import Testing

@testable import ConclaveConsensusCore

/// Against consensus.json, which another program made out of the specification.
@Suite struct CommitteeTests {
    let golden: GoldenConsensus
    let committee: Committee
    let keys: [SigningKey]

    init() throws {
        golden = try GoldenConsensus.read()
        var keys: [SigningKey] = []
        for seed in golden.seeds { keys.append(try SigningKey(seed: try #require(Hex.bytes(seed)))) }
        self.keys = keys
        let members = zip(keys, golden.weights).map { ValidatorSet.Member($0.publicKey, weight: $1) }
        let bytes = try #require(Hex.bytes(golden.chain))
        let chain = try #require(Digest(bytes))
        committee = Committee(
            chain: chain, epoch: Epoch(golden.epoch), validators: try ValidatorSet(members.reversed()))
    }

    @Test func `a set has the encoding and the digest of the specification`() throws {
        #expect(committee.validators.members.map(\.key.description) == golden.keys)
        #expect(Hex.text(committee.validators.encoded) == golden.set)
        #expect(committee.digest.description == golden.setDigest)
        let next = try ValidatorSet(Array(committee.validators.members.dropFirst()))
        #expect(next.digest(chain: committee.chain, epoch: 4).description == golden.nextSetDigest)
    }

    @Test func `headers and blocks have the encoding and the digest of the specification`() throws {
        for sample in golden.headers {
            let header = try Header(decoding: try #require(Hex.bytes(sample.header)))
            #expect(header.digest.description == sample.digest)
            #expect(Hex.text(header.encoded) == sample.header)
        }
        let bytes = try #require(Hex.bytes(golden.block))
        var reader = unsafe Reader(bytes.span.bytes)
        let block = try Block(from: &reader, bodyBytesMax: 4)
        #expect(block.body == Array("body".utf8))
        #expect(block.digest.description == golden.headers.first?.digest)
    }

    @Test func `votes sign the bytes of the specification, and are made and verified`() throws {
        for sample in golden.votes {
            let vote = try Vote(decoding: try #require(Hex.bytes(sample.vote)))
            #expect(vote.subject.kind.rawValue == sample.kind)
            #expect(vote.subject.view.description == sample.view)
            #expect(vote.signer == sample.signer)
            let statement = committee.statement(of: vote.subject)
            #expect("0f" + Hex.text("simplex.vote.v1".utf8) + Hex.text(statement) == sample.signed)
            #expect(committee.accepts(vote, by: StrictVerifier()))
            #expect(keys[Int(vote.signer)].sign(statement) == vote.signature)
            #expect(Hex.text(vote.encoded) == sample.vote)
        }
    }

    @Test func `certificates of the specification verify`() throws {
        for sample in golden.certificates {
            let certificate = try Certificate(decoding: try #require(Hex.bytes(sample.certificate)))
            let signers = (0..<certificate.signers.count).filter { certificate.signers[$0] }
            #expect(signers == sample.signers)
            #expect(Hex.text(certificate.encoded) == sample.certificate)
            let verified = try certificate.verify(in: committee, by: StrictVerifier())
            #expect(verified == signers.count)
        }
    }

    @Test func `a vote is of its chain, its set, its epoch, its view and its kind only`() throws {
        let sample = try #require(golden.votes.first)
        let vote = try Vote(decoding: try #require(Hex.bytes(sample.vote)))
        guard case .notarize(let said) = vote.subject else { return #expect(Bool(false)) }
        let others: [Subject] = [
            .finalize(said), .nullify(said.epoch, said.view),
            .notarize(
                Proposal(
                    epoch: said.epoch, view: said.view.next, parentView: said.parentView,
                    payload: said.payload)),
            .notarize(
                Proposal(
                    epoch: said.epoch, view: said.view, parentView: said.parentView.next,
                    payload: said.payload)),
            .notarize(
                Proposal(epoch: said.epoch, view: said.view, parentView: said.parentView, payload: .zero)),
        ]
        for subject in others {
            #expect(
                !committee.accepts(
                    Vote(subject, signer: vote.signer, signature: vote.signature), by: StrictVerifier()))
        }
        #expect(
            !committee.accepts(Vote(vote.subject, signer: 1, signature: vote.signature), by: StrictVerifier())
        )
        #expect(
            !committee.accepts(Vote(vote.subject, signer: 7, signature: vote.signature), by: StrictVerifier())
        )
        let elsewhere = [
            Committee(chain: .zero, epoch: committee.epoch, validators: committee.validators),
            Committee(chain: committee.chain, epoch: 4, validators: committee.validators),
            Committee(
                chain: committee.chain, epoch: committee.epoch,
                validators: try ValidatorSet(Array(committee.validators.members.dropLast()))),
        ]
        for other in elsewhere { #expect(!other.accepts(vote, by: StrictVerifier())) }
    }
}
