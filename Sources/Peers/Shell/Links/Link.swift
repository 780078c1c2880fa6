import ConclaveCryptography
import ConclavePeersCore
import ConclavePrimitives
import ConclaveRuntime
import ConclaveTransport

/// One connection to one peer, on one executor for its life. It performs; ``RecordReader``, ``RecordPacker``
/// and ``LinkMachine`` decide. Nothing here suspends between two events.
///
/// The executor calls ``ready(_:)``, ``turn()`` and ``woke(_:)``, whose isolation is checked at each call
/// (`@preconcurrency`): `assumeIsolated` would allocate two closures beside.
actor Link: @preconcurrency StreamOwner, @preconcurrency Turnable, @preconcurrency Wakeable, LaneOwner {
    /// Bytes sealed ahead of the socket: what an urgent message may have to wait for, beside what the kernel
    /// holds.
    private static let writeAhead = SegmentPool.largeBytes
    /// Cache lines of a key.
    private static let keyLines = 1

    nonisolated let outbox: Outbox
    nonisolated let peer: PeerID
    nonisolated let direction: Direction
    nonisolated let ticket: ReservationTicket
    nonisolated let profile: WireProfile
    nonisolated let executor: any RuntimeExecutor
    private nonisolated let requests = Lock(LinkRequests())

    let stream: any ByteStream
    let parts: LinkParts
    let tracker: Tracker
    /// Who is told that the link has opened, and that it has ended.
    private var news: LinkNews?
    private let openedAt: Instant

    // What each record touches is declared `@exclusivity(unchecked)`: nothing that is called while one of
    // these is accessed comes back to the same one, and the checks are a tenth of a small message's
    // instructions.
    //
    // What writing and reading touch lies together, what only one of them does apart: there are thousands of
    // links, and a message waits for each line of memory that it needs of one.
    @safe @exclusivity(unchecked) private var interest = Readiness.readable
    /// Where the keys lie, apart from all else.
    private let sealingMemory: MemoryHint, openingMemory: MemoryHint
    /// Whether the profile's layout is: asked at each read, and to compare that is a call into its module.
    private let isPacked: Bool
    private var hasBegun = false
    private(set) var isFinishing = false
    private var isConfirmed = false
    @safe @exclusivity(unchecked) var queue = SealedQueue()
    @safe @exclusivity(unchecked) var sealing: SealingKey
    @safe @exclusivity(unchecked) var tally = LinkTally()
    @safe @exclusivity(unchecked) var machine: LinkMachine
    @safe @exclusivity(unchecked) var packer: RecordPacker
    @safe @exclusivity(unchecked) var input: LinkInput
    /// What the native profile needs beside.
    @safe @exclusivity(unchecked) var native: NativeLink
    @safe @exclusivity(unchecked) var reader: RecordReader
    private var reservation: Reservation?
    private var alarm: Alarm?
    /// When the machine wants to be woken; the throttle may ring earlier.
    private var wakeAt = Instant.distantFuture
    /// Our own record, encoded, in discovery.
    private var greeting: [UInt8]?

    nonisolated var generation: UInt64 { ticket.generation }
    nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe executor.asUnownedSerialExecutor() }

    /// A link that has not begun; ``begin(greeting:telling:)`` begins it, ``abandon()`` gives it up.
    init(
        _ stream: any ByteStream, keys: consuming SessionKeys, reservation: consuming Reservation,
        parts: LinkParts,
        tracker: Tracker, on executor: any RuntimeExecutor
    ) {
        self.stream = stream
        self.parts = parts
        self.tracker = tracker
        self.executor = executor
        peer = reservation.peer
        direction = reservation.direction
        ticket = reservation.ticket
        openedAt = parts.now
        let profile = keys.profile
        self.profile = profile
        isPacked = profile.layout == .packed
        sealingMemory = unsafe MemoryHint(keys.sealing.memory)
        openingMemory = unsafe MemoryHint(keys.opening.memory)
        let greeting = parts.records.map { [peer] in GreetingRule(from: peer, check: $0) }
        machine = LinkMachine(
            configuration: parts.configuration, direction: reservation.direction, wire: profile.wire,
            greeting: greeting, at: openedAt)
        input = LinkInput(peer: reservation.peer, channels: parts.channels, quotas: parts.quotas)
        outbox = Outbox(
            messagesMax: parts.configuration.outboxMessages, bytesMax: parts.configuration.outboxBytes,
            quotas: parts.quotas, layout: profile.layout,
            messageBytesMax: parts.configuration.maxMessageBytes, memory: parts.memory, clock: parts.clock)
        packer = RecordPacker(profile.layout)
        native = NativeLink(memory: parts.memory)
        tally.channels = parts.tallies
        self.reservation = consume reservation
        switch profile {
        case .commonware:
            reader = RecordReader(
                peer: keys.peer, key: keys.opening, channels: parts.table, discovery: parts.gossipLimits)
        case .native(let version):
            reader = RecordReader(
                peer: keys.peer, key: keys.opening, items: parts.itemReader(version: version))
        }
        sealing = keys.sealing
    }

    // MARK: Life

    /// Begins. From now on `news` is told that both sides are committed, and that the link has ended.
    ///
    /// - Parameter greeting: our own record, in discovery.
    func begin(greeting: DiscoveryMessage? = nil, telling news: LinkNews) {
        self.news = news
        hasBegun = true
        self.greeting = greeting.map(encoded)
        // Somebody may have ended it between the handshake and now; then nothing is opened that would have
        // to be closed.
        if let reason = requests.withLock({ $0.end }) { close(reason) }
        guard machine.isOpen else { return }
        input.open(owner: self)
        stream.attach(self, on: executor)
        updateReading()
        perform(machine.woke(at: parts.now))
        takeTurn()
    }

    /// Gives the link up before it began.
    func abandon() {
        outbox.close()
        outbox.discard()
        stream.close()
        reservation = nil
    }

    /// Ends the link, and tells the peer why unless `farewell` says otherwise. From any thread.
    nonisolated func end(_ reason: CloseReason, _ farewell: Farewell = .asUsual) {
        request { requests in
            guard requests.end == nil else { return }
            requests.end = reason
            requests.farewell = farewell
        }
    }

    /// Takes nothing more, writes what waits, then ends when the peer has heard all of it. From any thread.
    nonisolated func finish() {
        request { $0.finish = true }
    }

    /// Sends a vector or an answer, unless writing is stuck: then it would only pile up. From any thread.
    nonisolated func send(_ message: DiscoveryMessage) {
        let bytes = encoded(message)
        switch message {
        case .greeting: break
        case .bitVector: request { $0.vector = bytes }
        case .peers: request { $0.answer = bytes }
        }
    }

    private nonisolated func request(_ change: (inout sending LinkRequests) -> Void) {
        requests.withLock { change(&$0) }
        executor.schedule(self)
    }

    func close(_ reason: CloseReason) {
        perform(machine.ended(reason))
    }

    private func close(_ end: StreamEnd) {
        switch end {
        case .endOfStream: close(isFinishing ? CloseReason.shutdown : .endOfStream)
        case .reset: close(CloseReason.reset)
        case .failed: close(.hostFailure)
        }
    }

    private func shut(_ reason: CloseReason) {
        outbox.close()
        if let goodbye = native.farewell(reason) { say(goodbye) }
        stream.close()
        input.close(owner: self)
        if let alarm { executor.cancel(alarm) }
        reservation = nil
        tally.accepted(outbox.books)
        input.count(into: &tally.channels)
        tally.queueWait = packer.waits
        tally.written += UInt64(queue.messagesWrittenInPart)
        tally.cut = tally.accepted - tally.written
        // A sender that is idle may keep the route, and with it this link, for long: nothing large stays.
        outbox.discard()
        packer = RecordPacker()
        queue = SealedQueue()
        reader.letGo()
        native.end()
        news.take()?.append(.ended(self, reason))
    }

    // MARK: Called on the executor

    func ready(_ readiness: Readiness) { becameReady(readiness) }
    func turn() { takeTurn() }
    func woke(_ alarm: Alarm) { alarmRang(alarm) }

    nonisolated func resume() {
        request { $0.resumedLanes += 1 }
    }

    private func becameReady(_ readiness: Readiness) {
        guard machine.isOpen else { return }
        if readiness.contains(.readable), interest.contains(.readable) { receive() }
        if readiness.contains(.writable), machine.isOpen { write() }
    }

    private func takeTurn() {
        guard hasBegun else { return }
        let wishes = requests.withLock { $0.isEmpty ? nil : exchange(&$0, with: LinkRequests()) }
        guard machine.isOpen else { return }
        if let wishes { grant(wishes) }
        // While the socket takes nothing, what waits stays where it can still be overtaken, and senders need
        // not wake us.
        if machine.isOpen, !interest.contains(.writable) { write() }
    }

    private func grant(_ wishes: LinkRequests) {
        if let reason = wishes.end {
            if wishes.farewell == .silent { native.keepSilent() }
            return close(reason)
        }
        if wishes.resumedLanes > 0 {
            input.lanesResumed(wishes.resumedLanes)
            updateReading()
        }
        if wishes.finish {
            isFinishing = true
            outbox.close()
        }
        for message in [wishes.vector, wishes.answer] {
            if let message, !isFinishing, !interest.contains(.writable) { outbox.append(control: message) }
        }
    }

    private func alarmRang(_ rang: Alarm) {
        guard machine.isOpen, rang == alarm else { return }
        alarm = nil
        let now = parts.now
        input.throttleEnded(at: now)
        updateReading()
        if wakeAt <= now {
            if isPieceStuck(at: now) { return close(.silent) }
            perform(machine.woke(at: now))
        }
        ring()
    }

    // MARK: In

    /// One read per event: level-triggered, so that every link of the loop gets its turn.
    private func receive() {
        openingMemory.load(Self.keyLines)
        input.loadAhead()
        let limit = input.readBytesMax(at: parts.now)
        let outcome = unsafe stream.read(into: reader.wanted, thenAtMost: limit)
        switch outcome {
        case .bytes(let direct, let shared):
            let now = parts.now
            machine.heard(at: now)
            var actions: [LinkMachine.Action] = []
            var hasRecords = false
            do throws(PeerFault) {
                try unsafe reader.received(
                    direct: direct, shared: UnsafeRawBufferPointer(shared), slabs: parts.memory.slabs
                ) { incoming in
                    hasRecords = true
                    switch consume incoming {
                    case .batch(let batch, let slot):
                        if machine.takesMessages {
                            input.take(batch, slot: slot, owner: self, at: now, &tally)
                        } else {
                            actions.append(machine.ended(.protocolError(.outOfTurn)))
                        }
                    case .ping: actions.append(machine.pingReceived(at: now))
                    case .control(let item): actions += received(item, at: now)
                    }
                }
            } catch {
                // What came before it counts: an end among that is the machine's last word.
                perform(actions)
                return close(.protocolError(error))
            }
            if isPacked { account() }
            perform(actions)
            if hasRecords { confirm() }
            updateReading()
        case .nothing: break
        case .ended(let end): close(end)
        }
    }

    /// The tracker looks at what the machine lets through.
    func received(_ message: DiscoveryMessage, at now: Instant) -> [LinkMachine.Action] {
        let action: LinkMachine.Action
        switch message {
        case .greeting(let record):
            return machine.greetingReceived(record, at: parts.clock.wallTime)
        case .bitVector(let vector):
            action = machine.received(.vector, at: now)
            if action == .take { tracker.tell(.vector(vector, from: self)) }
        case .peers(let list):
            action = machine.received(.peers, at: now)
            if action == .take { tracker.tell(.peers(list, from: self)) }
        }
        return [action]
    }

    /// The first record shows that the peer is committed to this connection too.
    private func confirm() {
        guard !isConfirmed else { return }
        isConfirmed = true
        tracker.confirmed(ticket)
        perform(machine.recordReceived())
    }

    private func updateReading() {
        guard machine.isOpen, input.mayRead != interest.contains(.readable) else { return }
        if input.mayRead {
            perform(machine.readingResumed(at: parts.now))
            watch(interest.union(.readable))
        } else {
            machine.readingPaused()
            native.pieces.forget()
            watch(interest.subtracting(.readable))
            ring()
        }
    }

    // MARK: Out

    /// Packs and seals what waits, and writes it. Goes on at the next turn, so that the other links have
    /// theirs.
    private func write() {
        sealingMemory.load(Self.keyLines)
        outbox.take(into: &packer)
        do throws(NonceExhausted) {
            try packer.pack(
                into: &queue, key: &sealing, segments: parts.memory.segments, budget: Self.writeAhead,
                at: parts.now)
        } catch {
            return close(.protocolError(.nonceExhausted))
        }
        let sealed = packer.takeSealed()
        if sealed.bytes > 0 { outbox.sealed(messages: sealed.messages, bytes: sealed.bytes) }
        flush()
        let freed = queue.takeFreed()
        if freed > 0 { outbox.freed(freed) }
    }

    private func flush() {
        while !queue.isEmpty {
            let offered = queue.bytesOffered
            var outcome = WriteOutcome.took(0)
            unsafe queue.withBuffers { unsafe outcome = stream.write($0) }
            switch outcome {
            case .took(let count):
                tally.writtenBytes += UInt64(count)
                tally.written += UInt64(queue.consume(count, segments: parts.memory.segments))
                guard count == offered else { return blocked(count) }
            case .ended(let end): return close(end)
            }
        }
        machine.writeDrained()
        watch(interest.subtracting(.writable))
        if !packer.isEmpty {
            if outbox.schedule() { executor.schedule(self) }
        } else if isFinishing {
            if let goodbye = native.farewell(.shutdown) {
                outbox.append(control: ControlItem.goodbye(goodbye).encoded)
                if outbox.schedule() { executor.schedule(self) }
            } else {
                stream.finishWriting()
            }
        }
    }

    private func blocked(_ progress: Int) {
        let now = parts.now
        if progress > 0 { machine.writeProgressed(at: now) }
        machine.writeBlocked(at: now)
        watch(interest.union(.writable))
    }

    private func watch(_ readiness: Readiness) {
        guard readiness != interest else { return }
        interest = readiness
        stream.watch(readiness)
    }

    // MARK: What the machine says

    func perform(_ actions: [LinkMachine.Action]) {
        for action in actions { perform(action) }
    }

    private func perform(_ action: LinkMachine.Action) {
        switch action {
        case .none, .take: break
        case .opened: news?.append(.opened(self))
        case .sendHello:
            native.hasSpoken()
            append(control: ControlItem.hello(parts.hello).encoded)
        case .sendPing: sendPing()
        case .sendPong(let number): append(control: ControlItem.pong(number).encoded)
        case .sendPadding: append(control: ControlItem.padding(byteCount: 0).encoded)
        case .sendGreeting: if let greeting = greeting.take() { append(control: greeting) }
        case .sendVector: tracker.tell(.vectorDue(self))
        case .learn(let record): tracker.tell(.learned(record, from: self))
        case .readSlowly(let until): input.throttle(until: until)
        case .wake(let instant):
            wakeAt = instant
            ring()
        case .close(let reason): shut(reason)
        }
    }

    private func sendPing() {
        guard !isFinishing else { return }
        switch profile {
        case .commonware: outbox.appendPing()
        case .native: outbox.append(control: ping())
        }
        takeTurn()
    }

    private func append(control plaintext: [UInt8]) {
        // Nothing may follow the end of what we write.
        guard !isFinishing else { return }
        outbox.append(control: plaintext)
        takeTurn()
    }

    /// Sets the one alarm to whatever is due first.
    private func ring() {
        guard machine.isOpen else { return }
        if let alarm { executor.cancel(alarm) }
        alarm = executor.setAlarm(at: min(wakeAt, input.throttledUntil ?? .distantFuture), for: self)
    }

    // MARK: Snapshot

    func report() -> LinkReport {
        let counts = outbox.counts
        var tally = tally
        tally.accepted(outbox.books)
        input.count(into: &tally.channels)
        tally.queueWait += packer.waits
        return LinkReport(
            peer: peer, direction: direction, address: stream.remoteAddress,
            age: openedAt.duration(to: parts.now), reading: input.reading,
            queuedMessages: counts.queued + queue.messages, queuedBytes: counts.queuedBytes + queue.bytes,
            heldBytes: outbox.held + native.held, wire: profile, agent: native.agent,
            roundTrip: machine.roundTrip, tally: tally)
    }
}
