internal import ConclaveCodec
internal import ConclaveCryptography
internal import ConclavePrimitives

extension ConsensusMachine {
    /// So many gaps are asked for together, the lowest first: they are what all others wait for.
    static var gapsAtOnce: Int { 4 }

    /// Asks two peers, and after a pause two others.
    mutating func ask(_ ask: Ask, first: PublicKey?, among holders: [PublicKey] = [], at now: Instant) {
        let candidates = holders.isEmpty ? peers.connected : holders
        let present = first.flatMap { peers.isConnected($0) ? $0 : nil }
        let chosen = asks.peers(for: ask, first: present, atOnce: 2, among: candidates, at: now)
        for peer in chosen {
            statistics.asksSent += 1
            actions.append(.send(.ask(ask), to: .one(peer)))
        }
    }

    /// Asks for a block that a proposal waits for: if a view notarized it, those who signed, for they have
    /// it.
    mutating func askBlock(_ digest: Digest, first: PublicKey?, at now: Instant) {
        ask(.block(digest), first: first, among: holders(of: digest), at: now)
    }

    private func holders(of digest: Digest) -> [PublicKey] {
        let signed = state.notarizations.all.last { $0.subject.proposal?.payload == digest }
        guard let signers = signed?.signers else { return [] }
        return (0..<min(signers.count, state.validators.count)).filter { signers[$0] }
            .map { state.key(of: $0) }.filter { peers.isConnected($0) }
    }

    /// Every view between the newest possible parent and the current one needs a certificate before anybody
    /// can build on that parent, and that parent's block is needed too.
    mutating func repair(at now: Instant) {
        followEpochs(at: now)
        let parent = state.newestCertified(below: state.view)
        if parent > state.lastFinal, let digest = state.payload(certifiedIn: parent), blocks[digest] == nil {
            askBlock(digest, first: state.key(of: state.leader(of: parent)), at: now)
        }
        guard !state.nullifications.covers(above: parent, below: state.view) else { return }
        for view in state.nullifications.missing(Self.gapsAtOnce, above: parent, below: state.view) {
            ask(.certificate(state.epoch, view, .either), first: nil, at: now)
        }
    }

    /// Asks those who are epochs ahead how this one ended, until the block that closed it is here. Once for
    /// each epoch of a long absence, so it must not wait for what they say next.
    private mutating func followEpochs(at now: Instant) {
        let ahead = peers.ahead(of: state.epoch)
        guard !ahead.isEmpty, blocks[state.finalPayload]?.header.height != state.lastHeight else { return }
        let question = Ask.closing(state.epoch)
        ask(question, first: nil, among: ahead, at: now)
        noteIfInVain(question, among: ahead.count)
    }

    /// Nobody answers what everything waits for: the operator must know.
    mutating func noteIfInVain(_ ask: Ask, among count: Int) {
        guard stranded == nil, asks.isInVain(ask, among: count) else { return }
        stranded = ask
        actions.append(.alarm(.stranded(above: delivery.handed)))
    }

    // MARK: Blocks that come

    /// A body that a leader sends with its proposal, or one that we asked for.
    mutating func take(_ block: Block, of view: View, from peer: PublicKey) {
        if isWanted(block.digest) { return blocks.insert(block) }
        guard block.header.epoch == state.epoch, view > state.lastFinal,
            ViewWindow<Bool>.holds(view, around: state.view), state.proposals[view] == nil,
            state.key(of: state.leader(of: view)) == peer
        else { return }
        state.earlyBodies.update(view) { slot in slot = slot ?? block }
    }

    /// Whether a proposal or certificate names the block, or we asked for it.
    private func isWanted(_ digest: Digest) -> Bool {
        if digest == state.finalPayload || asks.isOpen(.block(digest)) { return true }
        return [state.view.lowered(by: 1), state.view, state.view.next, state.view.next.next].contains {
            view in
            state.proposals[view]?.payload == digest
                || state.notarizations[view]?.subject.proposal?.payload == digest
        }
    }

    /// When a view is left: lets go of what was proposed in vain, and leaves the bodies of what a later
    /// proposal may still stand on to the journal.
    mutating func tidyBlocks() {
        let certified = Set(state.notarizations.all.compactMap { $0.subject.proposal?.payload })
        let young = Set(
            [state.view.lowered(by: 1), state.view, state.view.next, state.view.next.next].compactMap {
                state.proposals[$0]?.payload
            })
        let isBehind = state.finalPayload != delivery.handedDigest
        let kept = [state.start.originDigest, state.finalPayload]
        let idle = blocks.tidy { digest, header in
            if young.contains(digest) { return .keepWhole }
            if certified.contains(digest) || kept.contains(digest) { return .keepHeader }
            guard isBehind, header.height > delivery.handed else { return .drop }
            return delivery.isNear(header.height) ? .keepHeader : .leaveToJournal
        }
        for block in idle { writes.append(.block(block)) }
    }

    // MARK: Answers that go

    /// Answers a question, within what the peer may cost.
    mutating func answer(_ ask: Ask, from peer: PublicKey, at now: Instant) {
        guard peers.takeAsk(of: peer, at: now) else { return }
        switch ask {
        case .certificate(let epoch, let view, let wanted):
            if epoch < state.epoch { return serveClosing(of: epoch, to: peer, at: now) }
            guard epoch == state.epoch else { return }
            for certificate in certificates(wanted, of: view) {
                tell(.answer(certificate), bytes: certificate.encoded.count, to: peer, at: now)
            }
        case .closing(let epoch):
            if epoch < state.epoch { serveClosing(of: epoch, to: peer, at: now) }
        case .block(let digest):
            if let entry = blocks[digest], let body = entry.body {
                let block = Block(trusted: entry.header, body: body)
                tell(.body(0, block), bytes: block.byteCount, to: peer, at: now)
            } else {
                serve(.block(digest), to: peer)
            }
        case .ancestry(let digest, let height):
            serve(.ancestry(digest, above: height), to: peer)
        }
    }

    /// What settles `view`, or exactly what was wanted.
    private func certificates(_ wanted: Ask.Wanted, of view: View) -> [Certificate] {
        if view <= state.lastFinal { return state.finalization.map { [$0] } ?? [] }
        let notarization = state.notarizations[view], nullification = state.nullifications[view]
        return switch wanted {
        case .either: [notarization, nullification].compactMap { $0 }
        case .notarization: [notarization].compactMap { $0 }
        case .nullification: [nullification].compactMap { $0 }
        }
    }

    mutating func serveClosing(of epoch: Epoch, to peer: PublicKey, at now: Instant) {
        if epoch.next == state.epoch, let closing = state.start.closing {
            tell(.closing(closing), bytes: closing.encoded.count, to: peer, at: now)
        } else {
            serve(.closing(epoch), to: peer)
        }
    }

    /// To a peer that gave up a view we have left: what leads here.
    mutating func showEntry(to peer: PublicKey, at now: Instant) {
        guard let entry = state.entry, peers.grant(.entry, to: peer, pause: pause, at: now) else { return }
        send(.certificate(entry), to: .one(peer))
    }

    private mutating func tell(_ message: ConsensusMessage, bytes: Int, to peer: PublicKey, at now: Instant) {
        statistics.asksAnswered += 1
        peers.charge(bytes, to: peer, at: now)
        send(message, to: .one(peer))
    }

    private mutating func serve(_ answer: StoredAnswer, to peer: PublicKey) {
        guard peers.beginServing(peer) else { return }
        statistics.asksAnswered += 1
        writes.afterwards(.act(.serve(answer, to: peer)))
    }
}
