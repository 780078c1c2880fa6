internal import ConclaveConsensusCore
internal import ConclaveCryptography
internal import ConclavePrimitives

extension Trial {
    mutating func take(_ event: TrialEvent) throws(Violation) {
        note(now.nanoseconds)
        jot { _ in "\(event)" }
        switch event {
        case .boot(let node): try boot(node)
        case .connect(let node, let other):
            let key = keys[other].publicKey
            try tell(node) { machine, clock in machine.connected(key, at: clock) }
        case .deliver(let message, let from, let to): try deliver(message, from: from, to: to)
        case .wake(let node, let life):
            guard nodes[node]?.life == life else { return }
            nodes[node]?.wakeAt = .distantFuture
            try tell(node) { machine, clock in machine.woke(at: clock) }
        case .sync(let node, let life, let batch):
            guard nodes[node]?.life == life else { return }
            try persist(node, through: batch)
            try tell(node) { machine, clock in machine.kept(through: batch, at: clock) }
        case .build(let node, let life, let request):
            guard nodes[node]?.life == life else { return }
            try build(request, at: node)
        case .verify(let node, let life, let block):
            guard nodes[node]?.life == life else { return }
            try verify(block, at: node)
        case .acknowledge(let node, let life, let height):
            guard nodes[node]?.life == life else { return }
            try acknowledge(height, at: node)
        case .serve(let node, let life, let answer, let peer):
            guard nodes[node]?.life == life else { return }
            serve(answer, to: peer, at: node)
        case .recall(let node, let life, let digest, let height):
            guard nodes[node]?.life == life else { return }
            try recall(digest, above: height, at: node)
        case .crashAll: try crashAll()
        case .skew(let node):
            let skew = duration(uniform(0, weather.skew))
            nodes[node]?.skew = skew
        case .repartition: repartition()
        case .liarsLead(let epoch, let view, let mask): try liarsLead(epoch, view, mask: mask)
        case .liarsAct(let epoch, let view, let mask): try liarsAct(epoch, view, mask: mask)
        }
    }

    // MARK: Life and death

    private mutating func boot(_ node: Int) throws(Violation) {
        guard let booting = nodes[node], booting.machine == nil else { return }
        let clock = booting.clock(at: now)
        booting.application.restarted()
        booting.machine = ConsensusMachine(
            configuration: configuration, genesis: genesis, signer: booting.key, verifier: verifier,
            recovery: booting.disk.recovery(),
            emptyJournal: booting.mishaps.hasLostJournal ? .maybeLost : .neverVoted, at: clock)
        booting.wakeAt = .distantFuture
        booting.delivered = 0
        for other in keys.indices where other != node {
            queue.add(.connect(node, to: other), at: after(0.01))
            if nodes[other]?.machine != nil {
                nodes[other]?.machine?.disconnected(keys[node].publicKey)
                queue.add(.connect(other, to: node), at: after(0.01))
            }
        }
        try tell(node) { machine, clock in machine.started(at: clock) }
    }

    /// The process dies: of what the disk has not confirmed some beginning survives.
    ///
    /// - Parameter surviving: how many records at most; nil: chance decides.
    mutating func crash(_ node: Int, surviving limit: Int? = nil) throws(Violation) {
        guard nodes[node]?.machine != nil else { return }
        let records = (nodes[node]?.unsynced ?? []).flatMap(\.records)
        let surviving =
            limit.map { min($0, records.count) } ?? Int.random(in: 0...records.count, using: &random)
        jot { _ in "\(node) dies; of \(records.count) records on their way the disk has \(surviving)" }
        nodes[node]?.unsynced = []
        for record in records.prefix(surviving) { try keep(record, at: node) }
        nodes[node]?.machine = nil
        nodes[node]?.life += 1
        nodes[node]?.crashes += 1
        let pause = ([0.1, 2, 8] as [Double]).randomElement(using: &random) ?? 2
        let latest = max(instant(weather.heal), after(0.01))
        queue.add(.boot(node), at: min(after(pause), latest))
    }

    private mutating func crashAll() throws(Violation) {
        for node in nodes.indices { try crash(node) }
    }

    private mutating func persist(_ node: Int, through batch: UInt64) throws(Violation) {
        let records = (nodes[node]?.unsynced ?? []).prefix { $0.number <= batch }.flatMap(\.records)
        nodes[node]?.unsynced.removeAll { $0.number <= batch }
        for record in records { try keep(record, at: node) }
    }

    private mutating func keep(_ record: JournalRecord, at node: Int) throws(Violation) {
        switch record {
        case .settled(let epoch, let view):
            guard nodes[node]?.disk.settles(epoch, view) == true else {
                throw Violation(.journal, "node \(node) forgets \(view) before it has what settles it")
            }
        case .vote(let vote):
            guard nodes[node]?.disk.grounds(vote) == true else {
                throw Violation(.journal, "node \(node) keeps \(vote.subject) before what it rests on")
            }
            nodes[node]?.keptVotes.insert(vote.subject)
            try witness.signed(vote)
            jot { _ in "\(node) will \(vote.subject.brief)" }
        case .epoch, .block, .certificate, .acknowledged: break
        }
        nodes[node]?.disk.persist(record)
    }

    // MARK: The machine

    /// One event of one node, and everything that it leads to.
    mutating func tell(
        _ node: Int,
        _ event: (inout ConsensusMachine<TrialKey, TrialVerifier>, Instant) -> [ConsensusAction]
    ) throws(Violation) {
        guard let clock = nodes[node]?.clock(at: now), nodes[node]?.machine != nil else { return }
        var actions: [ConsensusAction] = []
        if nodes[node]?.machine != nil {
            actions = modify(node) { event(&$0, clock) }
        }
        let mayCrash = !isHealed && (nodes[node]?.crashes ?? 0) < weather.crashesMax && !actions.isEmpty
        var cut = mayCrash && chance(weather.crash) ? Int.random(in: 0...actions.count, using: &random) : nil
        if let fuse = nodes[node]?.mishaps.fuse, !actions.isEmpty {
            nodes[node]?.mishaps.fuse = nil
            cut = min(fuse, actions.count)
        }
        for (place, action) in actions.enumerated() {
            if place == cut { return try crash(node) }
            try perform(action, at: node)
        }
        if cut != nil { return try crash(node) }
        try look(at: node)
    }

    mutating func modify(
        _ node: Int, _ event: (inout ConsensusMachine<TrialKey, TrialVerifier>) -> [ConsensusAction]
    ) -> [ConsensusAction] {
        guard var machine = nodes[node]?.machine.take() else { return [] }
        let actions = event(&machine)
        nodes[node]?.machine = machine
        return actions
    }

    /// Sets the node's alarm, tells the liars where it is, and looks at what it remembers.
    private mutating func look(at node: Int) throws(Violation) {
        guard let skew = nodes[node]?.skew, let machine = nodes[node]?.machine else { return }
        let wake = machine.nextWake
        if wake != .distantFuture {
            let at = max(wake.advanced(by: .zero - skew), after(0.001))
            if at < (nodes[node]?.wakeAt ?? .distantFuture) {
                nodes[node]?.wakeAt = at
                queue.add(.wake(node, life: nodes[node]?.life ?? 0), at: at)
            }
        }
        let status = machine.status
        guard let place = nodes[node]?.place, place != (status.epoch, status.view) else { return }
        nodes[node]?.place = (status.epoch, status.view)
        note(status.epoch.number, status.view.number)
        jot { _ in "\(node) is in view \(status.view) of epoch \(status.epoch), final is \(status.lastFinal)"
        }
        let tracked = machine.trackedViews
        if tracked.count > 18 || (tracked.last ?? 0) > status.view.advanced(by: 2) {
            throw Violation(.memory, "votes of views \(tracked) in view \(status.view)")
        }
        liarsHear(of: status.epoch, status.view)
    }

    // MARK: Actions

    private mutating func perform(_ action: ConsensusAction, at node: Int) throws(Violation) {
        let life = nodes[node]?.life ?? 0
        switch action {
        case .write(let batch):
            for case .certificate(let certificate) in batch.records { try witness.held(certificate) }
            nodes[node]?.unsynced.append(batch)
            queue.add(.sync(node, life: life, batch: batch.number), at: after(uniform(0.005, 0.05)))
        case .send(let message, let recipients): try send(message, from: node, to: recipients)
        case .sendBody(let view, let block, let recipients):
            guard let block = whole(block, at: node) else {
                throw Violation(.journal, "the body of \(block.height) is not there")
            }
            try send(.body(view, block), from: node, to: recipients)
        case .serve(let answer, let peer):
            guard let other = place(of: peer) else { return }
            queue.add(.serve(node, life: life, answer, to: other), at: after(0.01))
        case .recall(let digest, let height):
            queue.add(.recall(node, life: life, digest, above: height), at: after(0.01))
        case .build(let request):
            queue.add(.build(node, life: life, request), at: after(uniform(0, 0.05)))
        case .proposed(let block): nodes[node]?.application.adopt(block)
        case .verify(let block):
            queue.add(.verify(node, life: life, block), at: after(uniform(0, 0.05)))
        case .deliver(let block): try deliver(block, at: node)
        case .enter(let start): try witness.entered(start)
        case .tip, .crossed: break
        case .block(let peer, let offence): try block(peer, for: offence, at: node)
        case .report(let found):
            evidence += 1
            jot { _ in "\(node) proves that \(found.signer) voted twice: \(found.offence)" }
            try witness.reported(found, by: verifier)
            nodes[node]?.machine?.evidenceTaken(found)
        case .alarm(let alarm): try alarmed(alarm, at: node)
        }
    }

    private func alarmed(_ alarm: ConsensusAlarm, at node: Int) throws(Violation) {
        switch alarm {
        case .faultBoundBroken(let one, let other):
            throw Violation(.twoCertificates, "node \(node) holds \(one.subject) and \(other.subject)")
        case .wrongNextSet(let epoch):
            throw Violation(.validity, "node \(node): the set after epoch \(epoch)")
        case .viewsWithoutFinal, .abstaining, .journalFailed, .stranded, .evidenceLost: break
        }
    }

    private mutating func block(
        _ peer: PublicKey, for offence: PeerOffence, at node: Int
    ) throws(Violation) {
        try witness.blamed(peer, offence)
        guard liars.areForgiven, let other = place(of: peer) else { return }
        queue.add(.connect(node, to: other), at: after(0.5))
    }

    /// The block with its body, from the disk if it has to be.
    private func whole(_ block: BlockReference, at node: Int) -> Block? {
        if let body = block.body { return Block(header: block.header, body: body) }
        if let kept = nodes[node]?.disk.blocks[block.digest] { return kept }
        for batch in nodes[node]?.unsynced ?? [] {
            for case .block(let written) in batch.records where written.digest == block.digest {
                return written
            }
        }
        return nil
    }

    func place(of key: PublicKey) -> Int? { keys.firstIndex { $0.publicKey == key } }

    /// What the disk has of the way down.
    private mutating func recall(_ digest: Digest, above height: Height, at node: Int) throws(Violation) {
        let limit = ConsensusMachine<TrialKey, TrialVerifier>.recalledBlocks
        let blocks = nodes[node]?.disk.ancestry(of: digest, above: height, limit: limit) ?? []
        try tell(node) { machine, clock in machine.recalled(digest, blocks.map(\.header), at: clock) }
    }

    // MARK: The application

    private mutating func build(_ request: BuildRequest, at node: Int) throws(Violation) {
        built += 1
        var content = nodes[node]?.application.content(
            on: request.parent, parentDigest: request.parentDigest, number: built,
            isLast: request.place == .last, time: now)
        if let idle = nodes[node]?.mishaps.idleBuilds, idle > 0 {
            nodes[node]?.mishaps.idleBuilds = idle - 1
            content = nil
        }
        try tell(node) { machine, clock in
            machine.built(content, view: request.view, epoch: request.epoch, at: clock)
        }
    }

    private mutating func verify(_ block: BlockReference, at node: Int) throws(Violation) {
        guard whole(block, at: node) != nil else {
            throw Violation(.journal, "the body of \(block.height) is not there")
        }
        var verdict =
            try nodes[node]?.application.verify(block, parent: witness.headers[block.header.parent])
            ?? .refused
        if !isHealed, weather.heal > 0, chance(0.01) { verdict = .refused }
        if let refusals = nodes[node]?.mishaps.refusals, refusals > 0 {
            nodes[node]?.mishaps.refusals = refusals - 1
            verdict = .refused
        }
        try tell(node) { machine, clock in machine.verified(block.digest, verdict, at: clock) }
    }

    private mutating func deliver(_ block: BlockReference, at node: Int) throws(Violation) {
        guard whole(block, at: node) != nil, nodes[node]?.disk.blocks[block.digest] != nil else {
            throw Violation(.journal, "height \(block.height) is delivered before it is kept")
        }
        if let delivered = nodes[node]?.delivered, delivered > 0, block.height != delivered.next {
            throw Violation(.delivery, "height \(block.height) after \(delivered)")
        }
        nodes[node]?.delivered = block.height
        try nodes[node]?.application.deliver(block, parent: witness.headers[block.header.parent])
        try witness.delivered(block.digest, at: block.height)
        note(block.digest.firstWord)
        jot { _ in "\(node) delivers \(block.height) \(block.digest.brief)" }
        let life = nodes[node]?.life ?? 0
        queue.add(.acknowledge(node, life: life, block.height), at: after(uniform(0, 0.05)))
    }

    private mutating func acknowledge(_ height: Height, at node: Int) throws(Violation) {
        let digest = nodes[node]?.application.digest(at: height)
        let header = digest.flatMap { witness.headers[$0] }
        let isLast = header.map { $0.nextSetDigest != .zero } ?? false
        let next = isLast ? header.flatMap { nodes[node]?.application.nextSet(after: $0) } : nil
        try tell(node) { machine, clock in machine.acknowledged(height, nextSet: next, at: clock) }
    }
}
