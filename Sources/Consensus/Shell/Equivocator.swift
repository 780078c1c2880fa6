internal import ConclaveCodec
internal import ConclaveConsensusCore
internal import ConclaveCryptography
internal import ConclavePeersCore
internal import ConclavePrimitives

/// What a node says that signs two notarize votes in a view: to the first half of the validators what its
/// machine says, to the others something else. For ``Conduct/equivocating`` alone.
struct Equivocator: Sendable {
    private let key: SigningKey
    private var committee: Committee?
    private var own: UInt16 = 0
    private var others: [PeerID] = []
    /// The second block of the view in which this node leads.
    private var twin: (view: View, block: Block)?

    init(key: SigningKey) { self.key = key }

    mutating func entered(_ start: EpochStart) {
        committee = Committee(chain: start.origin.chain, epoch: start.epoch, validators: start.validators)
        own = UInt16(clamping: start.validators.index(of: key.publicKey) ?? 0)
        others = start.validators.members.map(\.key).filter { $0 != key.publicKey }
    }

    private var believed: [PeerID] { Array(others.prefix(others.count / 2)) }
    private var deceived: [PeerID] { Array(others.suffix(others.count - others.count / 2)) }

    /// A block of its own, and another that says it was built later.
    mutating func bodies(of block: Block, in view: View) -> [(ConsensusMessage, [PeerID])] {
        let header = block.header
        let later = Header(
            chain: header.chain, height: header.height, epoch: header.epoch, parent: header.parent,
            bodyRoot: header.bodyRoot, stateRoot: header.stateRoot, setDigest: header.setDigest,
            nextSetDigest: header.nextSetDigest, time: header.time.advanced(by: .milliseconds(1)))
        guard let other = Block(header: later, body: block.body) else { return [] }
        twin = (view, other)
        return [(.body(view, block), believed), (.body(view, other), deceived)]
    }

    /// What is sent in place of `message`; nil if it is sent as it is.
    func versions(of message: ConsensusMessage) -> [(ConsensusMessage, [PeerID])]? {
        switch message {
        case .proposal(let proposal):
            guard case .notarize(let subject) = proposal.vote.subject, let twin, twin.view == subject.view,
                let vote = vote(for: twin.block.digest, instead: subject)
            else { return nil }
            let other = LeaderProposal(vote, certificates: proposal.certificates)
            // One gets both, so that somebody has evidence.
            return [
                (message, believed), (.proposal(other), deceived),
                (.vote(proposal.vote), Array(deceived.suffix(1))),
            ]
        case .vote(let vote):
            guard case .notarize(let subject) = vote.subject,
                let other = self.vote(for: Digest(of: subject.payload.bytes), instead: subject)
            else { return nil }
            return [(message, others), (.vote(other), deceived)]
        case .certificate, .answer, .closing, .ask, .body, .blocks: return nil
        }
    }

    private func vote(for payload: Digest, instead proposal: Proposal) -> Vote? {
        guard let committee, committee.epoch == proposal.epoch else { return nil }
        let subject = Subject.notarize(
            Proposal(
                epoch: proposal.epoch, view: proposal.view, parentView: proposal.parentView, payload: payload)
        )
        return Vote(subject, signer: own, signature: key.sign(committee.statement(of: subject)))
    }
}
