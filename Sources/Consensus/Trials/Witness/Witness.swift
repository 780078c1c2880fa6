internal import ConclaveCodec
package import ConclaveConsensusCore
package import ConclaveCryptography

/// Sees every signature that exists, what every honest node holds and delivers, and says when anything
/// happens that never may. It asks no node what it believes.
package struct Witness {
    private struct Place: Hashable {
        let epoch: Epoch, view: View, kind: VoteKind
    }

    private struct Voter: Hashable {
        let epoch: Epoch, view: View, signer: UInt16
    }

    /// Of each epoch that anybody has entered.
    private(set) var starts: [Epoch: EpochStart] = [:]
    private(set) var committees: [Epoch: Committee] = [:]
    /// Signatures that exist, by subject and index of the signer.
    private var signatures: [Subject: [UInt16: Signature]] = [:]
    /// Votes of epochs that nobody has entered, in the order in which they came to be.
    private var early: [Epoch: [Vote]] = [:]
    /// Subjects for which a quorum has signed.
    private var certified: [Place: Subject] = [:]
    /// What honest members have signed.
    private var honestVotes: [Voter: [Subject]] = [:]
    private var finals: [Height: Digest] = [:]
    package private(set) var headers: [Digest: Header] = [:]
    private let honest: Set<PublicKey>
    private let configuration: ConsensusConfiguration

    package init(genesis: EpochStart, honest: Set<PublicKey>, configuration: ConsensusConfiguration) {
        self.honest = honest
        self.configuration = configuration
        headers[genesis.originDigest] = genesis.origin
        finals[genesis.origin.height] = genesis.originDigest
    }

    // MARK: What is known

    package func committee(of epoch: Epoch) -> Committee? { committees[epoch] }
    package func start(of epoch: Epoch) -> EpochStart? { starts[epoch] }

    /// The newest final height that anybody has delivered.
    package var highest: Height { finals.keys.max() ?? 0 }

    /// What a quorum has signed, of a kind.
    package func certifiedSubject(_ kind: VoteKind, epoch: Epoch, view: View) -> Subject? {
        certified[Place(epoch: epoch, view: view, kind: kind)]
    }

    /// Every signature under `subject`, by ascending index.
    package func votes(for subject: Subject) -> [(signer: Int, signature: Signature)] {
        (signatures[subject] ?? [:]).sorted { $0.key < $1.key }.map { (Int($0.key), $0.value) }
    }

    // MARK: What happens

    package mutating func built(_ block: Block) { headers[block.digest] = block.header }

    /// `vote` exists: it has left its signer, or lies on its disk.
    package mutating func signed(_ vote: Vote) throws(Violation) {
        let subject = vote.subject
        if signatures[subject]?[vote.signer] != nil { return }
        signatures[subject, default: [:]][vote.signer] = vote.signature
        guard let committee = committees[subject.epoch] else {
            early[subject.epoch, default: []].append(vote)
            return
        }
        try checkHonest(vote, in: committee)
        try noteQuorum(for: subject, in: committee)
    }

    /// Rules 3 and 4.
    private mutating func checkHonest(_ vote: Vote, in committee: Committee) throws(Violation) {
        guard Int(vote.signer) < committee.validators.count,
            honest.contains(committee.validators.members[Int(vote.signer)].key)
        else { return }
        let subject = vote.subject
        let voter = Voter(epoch: subject.epoch, view: subject.view, signer: vote.signer)
        for other in honestVotes[voter, default: []] {
            if other.kind == subject.kind {
                throw Violation(.doubleVote, "\(vote.signer): \(subject) and \(other)")
            }
            if Set([other.kind, subject.kind]) == [.nullify, .finalize] {
                throw Violation(
                    .nullifiedAndFinalized, "\(vote.signer) in \(subject.epoch), view \(subject.view)")
            }
            if other.kind == .nullify, subject.kind == .notarize {
                throw Violation(
                    .nullifiedThenNotarized, "\(vote.signer) in \(subject.epoch), view \(subject.view)")
            }
        }
        honestVotes[voter, default: []].append(subject)
        if case .notarize(let proposal) = subject { try checkGround(of: proposal, in: committee) }
    }

    /// Rule 4: what an honest vote for a block rests on must be there.
    private func checkGround(of proposal: Proposal, in committee: Committee) throws(Violation) {
        let epoch = proposal.epoch, view = proposal.view
        guard let start = starts[epoch], let header = headers[proposal.payload] else {
            throw Violation(.ancestry, "\(proposal): no block, or no epoch")
        }
        let leader = configuration.election.leader(
            of: view, epoch: epoch, seed: LeaderElection.seed(origin: start.originDigest),
            among: committee.validators)
        guard signatures[.notarize(proposal)]?[UInt16(leader)] != nil else {
            throw Violation(.leader, "\(proposal) is not its leader's")
        }
        guard header.height <= configuration.lastHeight(of: epoch) else {
            throw Violation(.epochOverrun, "height \(header.height) in epoch \(epoch)")
        }
        guard proposal.parentView < view else { throw Violation(.ancestry, "\(proposal): no parent") }
        let parent = try parentDigest(of: proposal, start: start)
        guard header.parent == parent || proposal.payload == parent else {
            throw Violation(.ancestry, "\(proposal) does not extend the block of its parent's view")
        }
        var between = proposal.parentView.next
        while between < view {
            if certifiedSubject(.nullify, epoch: epoch, view: between) == nil {
                throw Violation(.ancestry, "\(proposal): view \(between) is not nullified")
            }
            between = between.next
        }
    }

    private func parentDigest(of proposal: Proposal, start: EpochStart) throws(Violation) -> Digest {
        if proposal.parentView == 0 { return start.originDigest }
        for kind in [VoteKind.notarize, .finalize] {
            let subject = certifiedSubject(kind, epoch: proposal.epoch, view: proposal.parentView)
            if let parent = subject?.proposal { return parent.payload }
        }
        throw Violation(.ancestry, "\(proposal): its parent's view is not notarized")
    }

    /// Rule 2.
    private mutating func noteQuorum(for subject: Subject, in committee: Committee) throws(Violation) {
        var weight: UInt64 = 0
        for signer in (signatures[subject] ?? [:]).keys where Int(signer) < committee.validators.count {
            weight += committee.validators.members[Int(signer)].weight
        }
        guard 3 * weight > 2 * committee.validators.totalWeight else { return }
        let place = Place(epoch: subject.epoch, view: subject.view, kind: subject.kind)
        if let other = certified[place] {
            if other != subject { throw Violation(.twoCertificates, "\(subject) and \(other)") }
            return
        }
        certified[place] = subject
        let isFinal = certifiedSubject(.finalize, epoch: subject.epoch, view: subject.view) != nil
        let isNullified = certifiedSubject(.nullify, epoch: subject.epoch, view: subject.view) != nil
        if isFinal, isNullified {
            throw Violation(.finalAndNullified, "epoch \(subject.epoch), view \(subject.view)")
        }
    }

    /// An honest node has entered an epoch. Rule 1: there is one origin of each.
    package mutating func entered(_ start: EpochStart) throws(Violation) {
        if let other = starts[start.epoch] {
            guard other.originDigest == start.originDigest, other.validators == start.validators else {
                throw Violation(.agreement, "epoch \(start.epoch) starts twice")
            }
            return
        }
        let committee = Committee(chain: start.origin.chain, epoch: start.epoch, validators: start.validators)
        starts[start.epoch] = start
        committees[start.epoch] = committee
        for vote in early.removeValue(forKey: start.epoch) ?? [] {
            try checkHonest(vote, in: committee)
            try noteQuorum(for: vote.subject, in: committee)
        }
    }

    /// Rule 5: what an honest node holds as a certificate is one.
    package func held(_ certificate: Certificate) throws(Violation) {
        guard let committee = committees[certificate.subject.epoch] else { return }
        var weight: UInt64 = 0
        for signer in 0..<certificate.signers.count where certificate.signers[signer] {
            guard signer < committee.validators.count,
                signatures[certificate.subject]?[UInt16(signer)] != nil
            else { throw Violation(.falseCertificate, "\(certificate.subject): \(signer) never signed") }
            weight += committee.validators.members[signer].weight
        }
        guard 3 * weight > 2 * committee.validators.totalWeight else {
            throw Violation(.falseCertificate, "\(certificate.subject) has no quorum")
        }
    }

    /// Rule 1: an honest node has delivered a block.
    package mutating func delivered(_ digest: Digest, at height: Height) throws(Violation) {
        if let other = finals[height], other != digest {
            throw Violation(.agreement, "height \(height): \(digest) and \(other)")
        }
        finals[height] = digest
    }

    /// Rule 8.
    package func reported(_ evidence: Evidence, by verifier: some VoteVerifier) throws(Violation) {
        guard let committee = committees[evidence.epoch] else { return }
        guard evidence.isProven(in: committee, by: verifier) else {
            throw Violation(.falseEvidence, "not signed: \(evidence)")
        }
        if honest.contains(committee.validators.members[Int(evidence.signer)].key) {
            throw Violation(.falseEvidence, "against an honest validator: \(evidence)")
        }
    }

    /// No honest node is ever called a liar.
    package func blamed(_ peer: PublicKey, _ offence: PeerOffence) throws(Violation) {
        if honest.contains(peer) { throw Violation(.blame, "an honest peer is blocked for \(offence)") }
    }

    /// Rule 10: the hand-overs that a node keeps lead from the first set to its own.
    package func crossed(
        _ kept: [EpochStart], by verifier: some VoteVerifier
    ) throws(Violation) {
        guard let first = kept.first, first.epoch == 0 else { return }
        var client = LightClient(
            committee: Committee(chain: first.origin.chain, epoch: 0, validators: first.validators),
            epochLength: configuration.epochLength)
        for start in kept.dropFirst() {
            guard let closing = start.closing else {
                throw Violation(.lightClient, "epoch \(start.epoch) has no closing")
            }
            do throws(LightClientFault) {
                try client.cross(
                    CertifiedHeader(start.origin, finalization: closing), next: start.validators,
                    by: verifier)
            } catch {
                throw Violation(.lightClient, "into epoch \(start.epoch): \(error)")
            }
        }
    }
}
