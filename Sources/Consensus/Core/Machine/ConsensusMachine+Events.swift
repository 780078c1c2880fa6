internal import ConclaveCryptography
internal import ConclavePrimitives

extension ConsensusMachine {
    /// One event: what it changes, then everything that has become possible, then one batch for the journal,
    /// then whatever waited for nothing more.
    mutating func act(at now: Instant, _ event: (inout Self) -> Void) -> [ConsensusAction] {
        if case .ended = condition { return [] }
        event(&self)
        repeat {
            advance(at: now)
            if let batch = writes.seal() { actions.append(.write(batch)) }
        } while release(at: now) == .changed
        asks.sweep()
        if let stranded, !asks.isOpen(stranded) { self.stranded = nil }
        defer { actions.removeAll(keepingCapacity: true) }
        return actions
    }

    /// Everything that state and time allow. Each step looks at levels, so that the order of events does not
    /// matter and none can be missed.
    private mutating func advance(at now: Instant) {
        actOnDeadlines(at: now)
        considerProposal(at: now)
        considerProposing(at: now)
        advanceDelivery(at: now)
        repair(at: now)
    }

    private enum Release { case nothing, changed }

    /// Lets out what the journal has caught up with.
    private mutating func release(at now: Instant) -> Release {
        var release = Release.nothing
        while let effect = writes.nextEffect() {
            switch effect {
            case .act(.deliver(let block)):
                delivery.released = max(delivery.released, block.height)
                actions.append(.deliver(block))
                release = .changed
            case .act(let action):
                actions.append(action)
            case .count(let vote):
                count(vote, at: now)
                release = .changed
            }
        }
        return release
    }

    /// Sends when everything so far is kept.
    mutating func send(_ message: ConsensusMessage, to recipients: Audience) {
        writes.afterwards(.act(.send(message, to: recipients)))
    }

    /// Has the peer's link closed, and hears nothing more of it until it is connected again.
    mutating func blame(_ peer: PublicKey, _ offence: PeerOffence) {
        actions.append(.block(peer, offence))
        disconnected(peer)
    }

    // MARK: Messages

    mutating func take(_ message: ConsensusMessage, from peer: PublicKey, at now: Instant) {
        switch message {
        case .vote(let vote):
            guard isOfThisEpoch(vote.subject.epoch, message, from: peer, at: now) else { return }
            take(vote, from: peer, at: now)
        case .certificate(let certificate), .answer(let certificate), .closing(let certificate):
            guard isOfThisEpoch(certificate.subject.epoch, message, from: peer, at: now) else { return }
            take(certificate, from: peer, at: now)
        case .proposal(let proposal):
            guard isOfThisEpoch(proposal.vote.subject.epoch, message, from: peer, at: now) else { return }
            take(proposal, from: peer, at: now)
        case .ask(let ask):
            answer(ask, from: peer, at: now)
        case .body(let view, let block):
            if view > 0, block.header.epoch == state.epoch.next { early.keep(message, from: peer) }
            take(block, of: view, from: peer)
        case .blocks(let list):
            take(list, from: peer)
        }
    }

    /// Who is an epoch behind is told how it ended; who is ahead will be asked how ours did.
    private mutating func isOfThisEpoch(
        _ epoch: Epoch, _ message: ConsensusMessage, from peer: PublicKey, at now: Instant
    ) -> Bool {
        if epoch == state.epoch { return true }
        if epoch < state.epoch {
            // A certificate that was passed on late says nothing about where its sender is.
            if case .certificate = message { return false }
            tellClosing(of: epoch, to: peer, at: now)
            return false
        }
        if epoch == state.epoch.next { early.keep(message, from: peer) }
        peers.note(peer, in: epoch)
        return false
    }

    private mutating func tellClosing(of epoch: Epoch, to peer: PublicKey, at now: Instant) {
        guard peers.grant(.closing, to: peer, pause: configuration.delta * 2, at: now) else { return }
        serveClosing(of: epoch, to: peer, at: now)
    }
}
