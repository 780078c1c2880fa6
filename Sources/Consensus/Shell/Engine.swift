internal import ConclaveConsensusCore
internal import ConclaveCryptography
internal import ConclavePeers
internal import ConclavePeersCore
internal import ConclavePrimitives
internal import ConclaveRuntime
internal import ConclaveTelemetry
internal import ConclaveTransport

/// Tells the machine what happens and performs what it answers, one event at a time. Decides nothing.
actor Engine: Wakeable {
    typealias Machine = ConsensusMachine<SigningKey, StrictVerifier>

    private nonisolated let context: Context
    private nonisolated let queues: EngineQueues
    private var machine: Machine
    private var channels: ConsensusChannels
    private var alarm: Alarm?
    private var alarmAt = Instant.distantFuture
    /// Members of the epoch's set but this node.
    private var validators: [PeerID] = []
    private nonisolated let own: PeerID
    private var hasEnded = false
    /// Nil for every node that keeps the rules.
    private var equivocator: Equivocator?

    nonisolated var unownedExecutor: UnownedSerialExecutor {
        unsafe context.executor.asUnownedSerialExecutor()
    }

    init(
        _ machine: Machine, own: PeerID, channels: ConsensusChannels, queues: EngineQueues, context: Context,
        equivocator: Equivocator? = nil
    ) {
        self.machine = machine
        self.own = own
        self.equivocator = equivocator
        self.channels = channels
        self.queues = queues
        self.context = context
    }

    var status: ConsensusStatus { machine.status }
    var statistics: ConsensusStatistics { machine.statistics }

    // MARK: What happens

    func start() { perform(machine.started(at: now)) }

    /// Nothing happens any more.
    func end() {
        hasEnded = true
        if let alarm { context.executor.cancel(alarm) }
        alarm = nil
        queues.close()
    }

    nonisolated func move(_ addresses: [(PeerID, PeerAddress)]) { queues.offer(.moved(addresses)) }

    func happened(_ event: ConnectionEvent) {
        switch event {
        case .connected(let peer, _): perform(machine.connected(peer, at: now))
        case .disconnected(let peer, _):
            machine.disconnected(peer)
            perform([])
        }
    }

    /// What has come on one channel.
    func received(_ batches: [Batch], of kind: MessageClass) {
        for batch in batches {
            for message in batch.messages { received(Array(message), of: kind, from: batch.peer) }
        }
    }

    private func received(_ bytes: [UInt8], of kind: MessageClass, from peer: PeerID) {
        do throws(MessageFault) {
            let message = try ConsensusMessage(
                decoding: bytes, of: kind, limits: machine.configuration.limits)
            perform(machine.received(message, from: peer, at: now))
        } catch {
            context.log.warning("a message that is none", ["peer": "\(peer)", "fault": "\(error)"])
            queues.offer(.block(peer))
        }
    }

    func kept(through batch: UInt64) { perform(machine.kept(through: batch, at: now)) }
    func keepingFailed() { perform(machine.keepingFailed()) }

    func built(_ content: BlockContent?, for request: BuildRequest) {
        perform(machine.built(content, view: request.view, epoch: request.epoch, at: now))
    }

    func verified(_ digest: Digest, _ verdict: Verdict) {
        perform(machine.verified(digest, verdict, at: now))
    }

    func acknowledged(_ height: Height, nextSet: ValidatorSet?) {
        perform(machine.acknowledged(height, nextSet: nextSet, at: now))
    }

    func evidenceTaken(_ evidence: Evidence) {
        machine.evidenceTaken(evidence)
    }

    /// A peer's question is answered out of the journal.
    func served(_ messages: [ConsensusMessage], bytes: Int, to peer: PeerID) {
        for message in messages { channels.send(message, to: .one(peer)) }
        machine.served(peer, bytes: bytes, at: now)
        perform([])
    }

    /// What the journal has of the way down.
    func recalled(_ digest: Digest, _ headers: [Header]) {
        perform(machine.recalled(digest, headers, at: now))
    }

    /// A body that only the journal had.
    func found(_ block: Block, for view: View, to audience: Audience) {
        send(.body(view, block), to: audience)
    }

    nonisolated func woke(_ alarm: Alarm) { assumeIsolated { $0.rang(alarm) } }

    private func rang(_ rang: Alarm) {
        guard rang == alarm else { return }
        alarm = nil
        alarmAt = .distantFuture
        perform(machine.woke(at: now))
    }

    private var now: Instant { context.clock.now }

    // MARK: What follows

    private func perform(_ actions: [ConsensusAction]) {
        guard !hasEnded else { return }
        for action in actions { perform(action) }
        setAlarm()
    }

    private func perform(_ action: ConsensusAction) {
        switch action {
        case .write(let batch): queues.offer(batch)
        case .send(let message, let audience): send(message, to: audience)
        case .sendBody(let view, let reference, let audience): sendBody(view, reference, to: audience)
        case .serve(let answer, let peer): queues.offer(.serve(answer, to: peer))
        case .recall(let digest, let height): queues.offer(EngineQueues.Recall(digest: digest, above: height))
        case .build(let request): queues.offer(request)
        case .proposed(let reference): queues.offer(.proposed(reference))
        case .verify(let reference): queues.offer(.verify(reference))
        case .deliver(let reference): queues.offer(.deliver(reference))
        case .tip(let certificate): queues.offer(.finalized(certificate))
        case .enter(let start):
            validators = start.validators.members.map(\.key).filter { $0 != own }
            equivocator?.entered(start)
            queues.offer(.enter(start))
        case .crossed(let epoch): queues.offer(.crossed(epoch))
        case .block(let peer, let offence):
            context.log.warning("a peer broke a rule", ["peer": "\(peer)", "offence": "\(offence)"])
            queues.offer(.block(peer))
        case .report(let evidence): queues.offer(.evidence(evidence))
        case .alarm(let alarm):
            context.log.error("consensus", ["alarm": "\(alarm)"])
            queues.offer(.alarm(alarm))
        }
    }

    private func sendBody(_ view: View, _ reference: BlockReference, to audience: Audience) {
        guard let body = reference.body else {
            return queues.offer(.body(view, reference.digest, to: audience))
        }
        guard let block = Block(header: reference.header, body: body) else { return }
        guard let versions = equivocator?.bodies(of: block, in: view) else {
            return send(.body(view, block), to: audience)
        }
        for (message, peers) in versions { channels.send(message, to: .some(peers)) }
    }

    private func send(_ message: ConsensusMessage, to audience: Audience) {
        if let versions = equivocator?.versions(of: message) {
            for (message, peers) in versions { channels.send(message, to: .some(peers)) }
            return
        }
        channels.send(message, to: recipients(audience))
    }

    private func recipients(_ audience: Audience) -> ConclavePeers.Recipients {
        switch audience {
        case .validators: .some(validators)
        case .validatorsExcept(let peer): .some(validators.filter { $0 != peer })
        case .everyone: .all
        case .everyoneExcept(let peer): .allExcept(peer)
        case .one(let peer): .one(peer)
        }
    }

    /// One alarm. One that is set for earlier may ring for nothing, which is cheaper than setting it anew
    /// with each event.
    private func setAlarm() {
        let next = machine.nextWake
        guard alarm == nil || next < alarmAt else { return }
        if let alarm { context.executor.cancel(alarm) }
        guard next < .distantFuture else {
            alarm = nil
            return
        }
        alarmAt = next
        alarm = context.executor.setAlarm(at: next, for: self)
    }
}
