internal import ConclaveCryptography
internal import ConclavePrimitives

extension ConsensusMachine {
    /// Walks from the newest final block down to the last one delivered, asks for what is missing, and
    /// delivers upwards when the way is whole.
    mutating func advanceDelivery(at now: Instant) {
        while true {
            while let block = delivery.handOver() { writes.afterwards(.act(.deliver(block))) }  // J5
            guard let next = delivery.nextDown(tip: state.finalPayload) else { return }
            guard let entry = blocks[next], let block = blocks.reference(to: next) else {
                return seek(next, at: now)
            }
            guard delivery.fits(entry.header) else { return }
            keep(next)  // J5
            delivery.descend(to: block)
        }
    }

    /// Looks for a block that the walk needs: an interrupted walk, or one too long for memory, has left it in
    /// the journal. The journal answers when it has kept what came before, so that blocks do not come faster
    /// than the disk takes them.
    private mutating func seek(_ digest: Digest, at now: Instant) {
        if sought?.digest != digest {
            sought = (digest, .journal)
            writes.afterwards(.act(.recall(digest, above: delivery.handed)))
        }
        switch sought?.place {
        case .peers: askAncestry(of: digest, at: now)
        case .journal, nil: break
        }
    }

    private mutating func askAncestry(of digest: Digest, at now: Instant) {
        let question = Ask.ancestry(digest, above: delivery.handed)
        ask(question, first: state.key(of: state.leader(of: state.lastFinal)), at: now)
        noteIfInVain(question, among: peers.connected.count)
    }

    /// Headers that the journal has, each the parent of the one before it.
    mutating func take(_ headers: [Header], recalledFor digest: Digest) {
        guard let sought, sought.digest == digest, case .journal = sought.place else { return }
        guard !headers.isEmpty else {
            self.sought = (digest, .peers)
            return
        }
        var expected = digest
        for header in headers {
            guard delivery.nextDown(tip: state.finalPayload) == expected, delivery.fits(header) else {
                return
            }
            if expected == state.finalPayload { blocks.insert(kept: header, digest: expected) }
            delivery.descend(to: BlockReference(header: header, digest: expected, body: nil))
            expected = header.parent
        }
    }

    /// Blocks that follow one another downwards. Those that the walk needs prove themselves by their digests,
    /// so that it does not matter who sent them.
    mutating func take(_ list: [Block], from peer: PublicKey) {
        for block in list {
            guard delivery.nextDown(tip: state.finalPayload) == block.digest, delivery.fits(block.header)
            else { continue }
            blocks.insert(block)
            keep(block.digest)
            guard let reference = blocks.reference(to: block.digest) else { continue }
            // The journal has the body; a long way would not fit into memory.
            delivery.descend(
                to: BlockReference(header: reference.header, digest: reference.digest, body: nil))
            if block.digest != state.finalPayload { _ = blocks.remove(block.digest) }
        }
    }

    /// The application has kept a block.
    mutating func acknowledge(_ height: Height, nextSet: ValidatorSet?, at now: Instant) {
        guard let block = delivery.acknowledge(height) else { return }
        writes.append(.acknowledged(height, block.digest))
        blocks.prune(through: height, except: state.finalPayload)
        guard height == state.lastHeight, block.digest == state.finalPayload, let closing = state.finalization
        else { return }
        guard let nextSet, nextSet.digest(chain: chain, epoch: state.epoch.next) == block.header.nextSetDigest
        else {
            actions.append(.alarm(.wrongNextSet(state.epoch)))
            return
        }
        cross(to: nextSet, from: block.header, closing: closing, at: now)
    }

    /// Leaves the epoch for the next: nothing of it counts any more.
    private mutating func cross(
        to validators: ValidatorSet, from origin: Header, closing: Certificate, at now: Instant
    ) {
        let start = EpochStart(
            epoch: state.epoch.next, origin: origin, validators: validators, closing: closing)
        let standing = nextStanding
        writes.append(.epoch(start, standing))
        state = EpochState(
            start, chain: chain, configuration: configuration, key: signer.publicKey, standing: standing,
            at: now)
        evidence.forget(through: 0, of: start.epoch)
        blocks.prune(through: origin.height, except: start.originDigest)
        blocks.insert(kept: origin, digest: start.originDigest)
        blocks.judge(start.originDigest, .valid)
        setTimers(at: now)
        writes.afterwards(.act(.enter(start)))
        for (peer, message) in early.takeAll() where peers.isConnected(peer) {
            take(message, from: peer, at: now)
        }
    }

    /// A key that abstains may vote again after an epoch in which a quorum of others spoke to us: the epoch
    /// that follows began after our journal was lost.
    private var nextStanding: Standing {
        guard state.standing == .abstaining else { return .voting }
        var weight: UInt64 = 0
        for (place, member) in state.validators.members.enumerated()
        where place != state.own && state.heard[place] != nil {
            weight += member.weight
        }
        return state.validators.isQuorum(weight) ? .voting : .abstaining
    }
}
