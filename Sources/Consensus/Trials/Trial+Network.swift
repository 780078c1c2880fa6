internal import ConclaveConsensusCore
internal import ConclaveCryptography
internal import ConclavePrimitives

extension Trial {
    /// An honest node's message to whom it says.
    mutating func send(_ message: ConsensusMessage, from node: Int, to recipients: Audience) throws(Violation)
    {
        try checkOwnVote(in: message, of: node)
        learn(from: message)
        liarsSee(message)
        for other in recipientsOf(recipients, from: node) { transmit(message, from: node, to: other) }
    }

    /// Rule 6, and the vote exists from now on.
    private mutating func checkOwnVote(in message: ConsensusMessage, of node: Int) throws(Violation) {
        let vote: Vote
        switch message {
        case .vote(let sent): vote = sent
        case .proposal(let proposal): vote = proposal.vote
        case .certificate, .ask, .answer, .body, .blocks, .closing: return
        }
        if nodes[node]?.keptVotes.contains(vote.subject) != true {
            throw Violation(.journal, "node \(node) sends \(vote.subject) before it is kept")
        }
        try witness.signed(vote)
    }

    mutating func learn(from message: ConsensusMessage) {
        switch message {
        case .body(_, let block): learn(block)
        case .blocks(let list): for block in list { learn(block) }
        case .vote, .certificate, .proposal, .ask, .answer, .closing: break
        }
    }

    mutating func learn(_ block: Block) {
        guard blocks[block.digest] == nil else { return }
        blocks[block.digest] = block
        witness.built(block)
    }

    private func recipientsOf(_ recipients: Audience, from node: Int) -> [Int] {
        let others = keys.indices.filter { $0 != node }
        let epoch = nodes[node]?.machine?.status.epoch ?? 0
        let set = witness.committee(of: epoch)?.validators
        let members = others.filter { set?.index(of: keys[$0].publicKey) != nil }
        return switch recipients {
        case .validators: members
        case .validatorsExcept(let key): members.filter { keys[$0].publicKey != key }
        case .everyone: others
        case .everyoneExcept(let key): others.filter { keys[$0].publicKey != key }
        case .one(let key): others.filter { keys[$0].publicKey == key }
        }
    }

    /// Puts a message on its way, or loses it.
    mutating func transmit(_ message: ConsensusMessage, from: Int, to: Int) {
        if nodes[to] == nil { return liarGets(message, from: from, liar: to) }
        guard let arrival = arrival(from: from, to: to) else { return }
        queue.add(.deliver(message, from: from, to: to), at: arrival)
        if !isHealed, weather.heal > 0, chance(0.02) {
            queue.add(
                .deliver(message, from: from, to: to), at: arrival.advanced(by: duration(uniform(0, 1))))
        }
    }

    private mutating func arrival(from: Int, to: Int) -> Instant? {
        let isCut = (weather.sides >> UInt64(from) ^ weather.sides >> UInt64(to)) & 1 == 1
        if plan.weather == .calm { return isCut ? nil : after(0.1) }
        // What the disk and the application take is part of Δ.
        if isHealed { return after(uniform(0.05, 0.8) * plan.trueDelay) }
        if nodes[from] == nil { return after(uniform(0, 1)) }
        if chance(isCut ? 0.9 : weather.loss) { return nil }
        var delay = chance(0.7) ? weather.slowness * uniform(0, 2) : uniform(0, 12)
        if isCut { delay += uniform(0, 10) }
        let latest = instant(weather.heal + uniform(0.05, 0.8) * plan.trueDelay)
        return min(after(delay), latest)
    }

    mutating func repartition() {
        guard !isHealed else {
            weather.sides = 0
            return
        }
        weather.sides = chance(weather.partitions) ? random.next() : 0
        queue.add(.repartition, at: after([1, 3, 6].randomElement(using: &random) ?? 3))
    }

    mutating func deliver(_ message: ConsensusMessage, from: Int, to: Int) throws(Violation) {
        guard nodes[to]?.machine != nil else { return }
        note(UInt64(from), UInt64(to), UInt64(message.kind.rawValue))
        let key = keys[from].publicKey
        var heard = message
        // Now and then by way of its bytes.
        if chance(0.05) {
            let bytes = message.encoded
            guard
                let decoded = try? ConsensusMessage(
                    decoding: bytes, of: message.kind, limits: configuration.limits),
                decoded == message || decoded.encoded == bytes
            else { throw Violation(.validity, "\(message) does not come back from its bytes") }
            heard = decoded
        }
        try tell(to) { machine, clock in machine.received(heard, from: key, at: clock) }
    }

    mutating func serve(_ answer: StoredAnswer, to peer: Int, at node: Int) {
        guard let disk = nodes[node]?.disk else { return }
        var message: ConsensusMessage?
        switch answer {
        case .block(let digest): message = disk.blocks[digest].map { .body(0, $0) }
        case .ancestry(let digest, let height):
            let list = disk.ancestry(of: digest, above: height, limit: 8)
            message = list.isEmpty ? nil : .blocks(list)
        case .closing(let epoch):
            message = disk.starts.first { $0.epoch == epoch.next }?.closing.map { .closing($0) }
        }
        let key = keys[peer].publicKey
        let clock = nodes[node]?.clock(at: now) ?? now
        nodes[node]?.machine?.served(key, bytes: message?.encoded.count ?? 0, at: clock)
        if let message { transmit(message, from: node, to: peer) }
    }
}
