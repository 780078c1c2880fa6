package import ConclaveConsensusCore
internal import ConclaveCryptography

/// What the liars of a driven trial say, and what they know.
extension Trial {
    /// What leaders have proposed, honest or not, in the order in which it came.
    package var offered: [Proposal] { liars.offered }

    package func offered(in epoch: Epoch, _ view: View) -> [Proposal] {
        liars.proposals[Liars.Place(epoch: epoch, view: view)] ?? []
    }

    /// Questions to the liars, the last ones: who asks, whom, and what.
    package var questions: [(ask: Ask, from: Int, liar: Int)] {
        liars.questions.map { ($0.ask, $0.from, $0.liar) }
    }

    /// The liar's index in the set of an epoch; nil if it is no member.
    package func index(of identity: Int, in epoch: Epoch) -> Int? {
        witness.committee(of: epoch)?.validators.index(of: keys[identity].publicKey)
    }

    /// The member that leads a view.
    package func leader(of view: View, in epoch: Epoch) -> Int? {
        guard let start = witness.start(of: epoch) else { return nil }
        return configuration.election.leader(
            of: view, epoch: epoch, seed: LeaderElection.seed(origin: start.originDigest),
            among: start.validators)
    }

    /// A liar signs; nil if it is no member of the epoch. The vote exists from now on.
    package mutating func sign(_ subject: Subject, by liar: Int) throws(Violation) -> Vote? {
        try lie(subject, by: liar)
    }

    package mutating func offer(_ proposal: Proposal) { remember(proposal) }

    /// A block that an honest application would build on `parent`, and nobody has built before.
    package mutating func build(on parent: Header, digest: Digest, in epoch: Epoch) -> Block? {
        guard let committee = witness.committee(of: epoch),
            let application = nodes.compactMap({ $0 }).first?.application
        else { return nil }
        built += 1
        let height = parent.height.next
        let content = application.content(
            on: parent, parentDigest: digest, number: built,
            isLast: height == configuration.lastHeight(of: epoch), time: now)
        let header = Header(
            chain: committee.chain, height: height, epoch: epoch, parent: digest,
            bodyRoot: Digest(of: content.body), stateRoot: content.stateRoot, setDigest: committee.digest,
            nextSetDigest: content.nextSet?.digest(chain: committee.chain, epoch: epoch.next) ?? .zero,
            time: content.time)
        return Block(header: header, body: content.body)
    }

    /// `block` exists from now on.
    package mutating func make(_ block: Block) { learn(block) }

    /// A node hears bytes of a liar over the channel of `kind`. Bytes that are no message end the link.
    package mutating func utter(
        _ bytes: [UInt8], of kind: MessageClass, by liar: Int, to node: Int
    ) throws(Violation) {
        guard nodes[node]?.machine != nil else { return }
        let key = keys[liar].publicKey
        guard let message = try? ConsensusMessage(decoding: bytes, of: kind, limits: configuration.limits)
        else {
            nodes[node]?.machine?.disconnected(key)
            return
        }
        guard message.encoded == bytes else {
            throw Violation(.validity, "\(message) does not come back from its bytes")
        }
        learn(from: message)
        try tell(node) { machine, clock in machine.received(message, from: key, at: clock) }
    }

    /// A liar dials again.
    package mutating func connect(_ liar: Int, to node: Int) throws(Violation) {
        let key = keys[liar].publicKey
        try tell(node) { machine, clock in machine.connected(key, at: clock) }
    }

    /// A liar hangs up.
    package mutating func disconnect(_ liar: Int, from node: Int) {
        let key = keys[liar].publicKey
        nodes[node]?.machine?.disconnected(key)
    }

    /// A message between the honest, if one stands at that place of what is to happen.
    package func message(at place: Int) -> ConsensusMessage? {
        if case .deliver(let message, _, _) = queue[place] { message } else { nil }
    }
}
