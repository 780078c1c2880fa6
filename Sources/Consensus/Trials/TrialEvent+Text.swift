internal import ConclaveConsensusCore

extension TrialEvent: CustomStringConvertible {
    var description: String {
        switch self {
        case .boot(let node): "\(node) starts"
        case .connect(let node, let other): "\(node) is connected to \(other)"
        case .deliver(let message, let from, let to): "\(to) hears of \(from): \(message.brief)"
        case .wake(let node, _): "\(node) wakes up"
        case .sync(let node, _, let batch): "\(node) has kept its batch \(batch)"
        case .build(let node, _, let request): "\(node) builds \(request.height) for view \(request.view)"
        case .verify(let node, _, let block): "\(node) verifies \(block.height) \(block.digest.brief)"
        case .acknowledge(let node, _, let height): "\(node) acknowledges \(height)"
        case .serve(let node, _, _, let peer): "\(node) answers \(peer) out of its journal"
        case .recall(let node, _, let digest, let height):
            "\(node) looks for \(digest.brief) above \(height) in its journal"
        case .crashAll: "the power fails everywhere"
        case .skew(let node): "\(node) sets its clock"
        case .repartition: "the network is cut anew"
        case .liarsLead(let epoch, let view, _): "the liars may lead view \(view) of epoch \(epoch)"
        case .liarsAct(let epoch, let view, _): "the liars disturb view \(view) of epoch \(epoch)"
        }
    }
}

extension ConsensusMessage {
    /// For people.
    var brief: String {
        switch self {
        case .vote(let vote): "\(vote.signer) votes to \(vote.subject.brief)"
        case .certificate(let certificate): "a quorum voted to \(certificate.subject.brief)"
        case .answer(let certificate): "as asked, a quorum voted to \(certificate.subject.brief)"
        case .closing(let certificate): "the end: a quorum voted to \(certificate.subject.brief)"
        case .proposal(let proposal): "\(proposal.vote.signer) proposes to \(proposal.vote.subject.brief)"
        case .ask(let ask): "asks for \(ask)"
        case .body(let view, let block): "block \(block.height) \(block.digest.brief) of view \(view)"
        case .blocks(let list): "\(list.count) blocks from \(list.first?.height ?? 0) down"
        }
    }
}

extension Subject {
    /// For people.
    var brief: String {
        switch self {
        case .notarize(let proposal): "notarize \(proposal.brief)"
        case .nullify(let epoch, let view): "nullify view \(view) of epoch \(epoch)"
        case .finalize(let proposal): "finalize \(proposal.brief)"
        }
    }
}

extension Proposal {
    /// For people.
    var brief: String { "\(payload.brief) over view \(parentView) in view \(view) of epoch \(epoch)" }
}

extension Digest {
    /// The first four bytes.
    var brief: String { String("\(self)".prefix(8)) }
}
