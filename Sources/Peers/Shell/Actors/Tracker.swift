import ConclaveCodec
import ConclavePeersCore
import ConclavePrimitives
import ConclaveRuntime
import ConclaveTelemetry
import ConclaveTransport

/// Knows who is authorised, who is connected, and who may be dialled. Each step of a connection is one event
/// here, so old and new change in one turn; it decides nothing that ``Directory``, ``Reservations`` and
/// ``DialSchedule`` do not say.
actor Tracker: Wakeable {
    /// A link that holds its peer.
    struct Holder {
        let ticket: ReservationTicket
        let link: Link
        var isAnnounced = false
        /// In discovery, whether the peer has said where it is.
        var hasGreeted = false
        /// In discovery, whether it was time for the first vector when there was no set to speak of.
        var awaitsSet: Bool?
        /// Why we ended it, if we did.
        var ending: CloseReason?
    }

    nonisolated let context: Context
    nonisolated let configuration: Configuration
    /// What links and reservations tell us without waiting.
    private nonisolated let notes = Mailbox<TrackerNote>(
        capacity: TrackerNote.capacity, overflow: .refuseNewest)
    /// What peers tell each other in discovery.
    nonisolated let gossip = Mailbox<GossipNote>(capacity: GossipNote.capacity, overflow: .refuseNewest)

    var directory: Directory
    private var reservations: Reservations
    var schedule: DialSchedule
    var random: SplitMix64
    private(set) var holders: [PeerID: Holder] = [:]
    /// The Dialer, while there is nobody to dial, and the alarm that ends its wait.
    private var idleDialer: Reply<Void>?
    private var dialAlarm: Alarm?
    /// Rings when the next block ends.
    private var blockAlarm: Alarm?
    /// The network has shut down: an alarm would keep this, and whatever it knows, until it rings.
    private var isOver = false
    private var connections = Subscribers<ConnectionEvent>()
    private var updates = Subscribers<PeerSetUpdate>()
    /// What went through the links that have ended.
    private var past = PastTraffic()
    /// Who is tracked, for senders.
    nonisolated let roster = Roster()
    /// Our own record, in discovery.
    var greeting: DiscoveryMessage?
    /// Who waits for something to keep.
    var idleKeeper: Reply<Void>?

    nonisolated var unownedExecutor: UnownedSerialExecutor {
        unsafe context.executor.asUnownedSerialExecutor()
    }

    init(own: PeerID, configuration: Configuration, context: Context) {
        self.context = context
        self.configuration = configuration
        directory = Directory(own: own, configuration: configuration)
        reservations = Reservations(own: own, configuration: configuration, crossedDials: .firstProved)
        schedule = DialSchedule(configuration: configuration)
        random = context.entropy.generator()
    }

    /// Reads notes until the network shuts down.
    func run() async {
        while let note = await notes.next() {
            switch note {
            case .released(let ticket): released(ticket)
            case .confirmed(let ticket): reservations.confirmed(ticket, at: now)
            case .goodbye(let reason, let ticket): reservations.heard(reason, on: ticket, at: now)
            }
        }
    }

    private var now: Instant { context.clock.now }

    // MARK: The engine's wishes

    func track(_ index: UInt64, _ set: PeerSet) throws(DirectoryFault) {
        perform(try directory.track(index, set, at: now))
        context.log.info(
            "peer set tracked",
            [
                "index": "\(index)", "primary": .integer(set.primary.count),
                "secondary": .integer(set.secondary.count),
            ])
        for (peer, holder) in holders.sorted(by: { $0.key < $1.key }) where holder.awaitsSet == true {
            update(peer) { $0.awaitsSet = false }
            sendVector(holder.link)
        }
        updates.publish(PeerSetUpdate(index: index, set: set, tracked: tracked))
    }

    func overwrite(_ addresses: [(PeerID, PeerAddress)]) {
        perform(directory.overwrite(addresses, at: now))
    }

    func block(_ peer: PeerID, for duration: Duration) -> BlockOutcome {
        let (outcome, change) = directory.block(peer, for: duration, at: now)
        perform(change)
        switch outcome {
        case .blocked:
            context.log.info("blocked", ["peer": "\(peer)", "seconds": .duration(duration)])
            // That it is blocked is not told.
            revoke(peer, .notAuthorised, .silent)
        case .aboveShare:
            context.log.warning(
                "a block has to wait: a third of a set's weight would be blocked",
                ["peer": "\(peer)", "seconds": .duration(duration)])
        case .unchanged: break
        }
        return outcome
    }

    /// Ends the link to `peer`, which may come back at once.
    func disconnect(_ peer: PeerID) {
        end(peer, .requested)
    }

    func peerSet(_ index: UInt64) -> PeerSet? { directory.peerSet(index) }

    private var tracked: [PeerID] { directory.tracked }

    private func perform(_ change: DirectoryChange) {
        for peer in change.lostAuthorisation { revoke(peer, .notAuthorised) }  // I1
        for peer in change.changedAddress { revoke(peer, .addressChanged) }
        let tracked = tracked
        roster.replace(with: tracked)
        past.keep(tracked)
        schedule.directoryChanged()
        wakeDialer()
        wakeKeeper()
        ringAtExpiry()
    }

    private func revoke(_ peer: PeerID, _ reason: CloseReason, _ farewell: Farewell = .asUsual) {
        _ = reservations.revoke(peer)
        end(peer, reason, farewell)
    }

    private func end(_ peer: PeerID, _ reason: CloseReason, _ farewell: Farewell = .asUsual) {
        holders[peer]?.ending = reason
        holders[peer]?.link.end(reason, farewell)
    }

    // MARK: Dialling

    /// Whom to dial next, claimed; waits while there is nobody. Nil when the task is cancelled.
    func nextDial() async -> DialOrder? {
        while !Task.isCancelled {
            switch schedule.next(of: directory, reservations, at: now, using: &random) {
            case .dial(let peer):
                if let order = order(peer) { return order }
            case .wait(let until): await news(until: until)
            case .idle: await news(until: nil)
            }
        }
        return nil
    }

    private func order(_ peer: PeerID) -> DialOrder? {
        guard let ingress = directory.ingress(of: peer),
            let ticket = try? reservations.dial(peer, at: now, using: &random)
        else { return nil }
        return DialOrder(ingress: ingress, reservation: reservation(ticket, .dialed))
    }

    private func news(until instant: Instant?) async {
        let reply = Reply<Void>(.news)
        idleDialer = reply
        dialAlarm = instant.map { context.executor.setAlarm(at: $0, for: self) }
        await withTaskCancellationHandler {
            await reply.answer()
        } onCancel: {
            reply.tell(())
        }
        if let dialAlarm { context.executor.cancel(dialAlarm) }
    }

    private func released(_ ticket: ReservationTicket) {
        guard reservations.released(ticket) else { return }
        schedule.freed(ticket.peer)
        wakeDialer()
    }

    func wakeDialer() {
        idleDialer?.tell(())
    }

    nonisolated func woke(_ alarm: Alarm) {
        assumeIsolated { $0.rang(alarm) }
    }

    private func rang(_ alarm: Alarm) {
        if alarm == blockAlarm {
            perform(directory.expireBlocks(at: now))
        } else {
            wakeDialer()
        }
    }

    /// When a block ends, its peer may be dialled, and another that had no room may come into force.
    private func ringAtExpiry() {
        if let blockAlarm { context.executor.cancel(blockAlarm) }
        guard !isOver else { return }
        blockAlarm = directory.nextExpiry(after: now).map { context.executor.setAlarm(at: $0, for: self) }
    }

    // MARK: Steps of a connection

    /// Whether `peer`, having named its key, may come from `ip`.
    func accepts(_ peer: PeerID, from ip: IPAddress) -> Bool {
        directory.accepts(peer, from: ip, at: now)
    }

    /// How many tracked peers connect from `ip`; nil if that cannot be told.
    func peersExpected(from ip: IPAddress) -> Int? { directory.peersExpected(from: ip) }

    /// Our dial has a connection. The first frame may be sent only if it stands.
    func connected(_ ticket: ReservationTicket) -> Standing {
        reservations.connected(ticket)
    }

    /// The peer's SynAck verified. The Ack may be sent only if the dial stands.
    func dialProved(_ ticket: ReservationTicket, peerTime: WallTime) -> Standing {
        guard directory.isAuthorised(ticket.peer, at: now) else { return .ended }  // I1
        return reservations.dialProved(ticket, peerTime: peerTime)
    }

    /// The peer's Ack verified: it is who it says.
    func inboundProved(
        _ peer: PeerID, from ip: IPAddress, synTime: WallTime, heardAt: Instant
    ) -> InboundAnswer {
        guard directory.accepts(peer, from: ip, at: now) else { return .unauthorised }  // I1
        switch reservations.inboundProved(peer, synTime: synTime, heardAt: heardAt, at: now) {
        case .admitted(let ticket, let ending):
            if let ending, holders[peer]?.ticket == ending { end(peer, .replaced) }  // I2
            return .admitted(reservation(ticket, .accepted))
        case .refused(let reason):
            if reason == .keyInUseElsewhere {
                context.log.warning(
                    "a peer's key is in use on two machines", ["peer": "\(peer)", "ip": "\(ip)"])
            }
            return .refused(reason)
        }
    }

    /// The link is about to run.
    func activated(_ ticket: ReservationTicket, _ link: Link) -> Standing {
        guard directory.isAuthorised(ticket.peer, at: now), reservations.activated(ticket) == .stands else {
            return .ended
        }
        if let former = holders[ticket.peer] { tellEnd(of: former, former.ending ?? .replaced) }
        holders[ticket.peer] = Holder(ticket: ticket, link: link)
        return .stands
    }

    /// Sends reach the peer now.
    func opened(_ ticket: ReservationTicket, _ direction: Direction) {
        guard holders[ticket.peer]?.ticket == ticket else { return }
        holders[ticket.peer]?.isAnnounced = true
        connections.publish(.connected(ticket.peer, direction))
    }

    func update(_ peer: PeerID, _ change: (inout Holder) -> Void) {
        guard var holder = holders[peer] else { return }
        change(&holder)
        holders[peer] = holder
    }

    /// The link has ended. The end of one that was replaced has been told already.
    func closed(_ ticket: ReservationTicket, _ reason: CloseReason, _ tally: LinkTally) {
        past.add(tally, of: ticket.peer, reason)
        released(ticket)
        guard let holder = holders[ticket.peer], holder.ticket == ticket else { return }
        holders[ticket.peer] = nil
        tellEnd(of: holder, reason)
    }

    private func tellEnd(of holder: Holder, _ reason: CloseReason) {
        if holder.isAnnounced { connections.publish(.disconnected(holder.ticket.peer, reason)) }
    }

    private func reservation(_ ticket: ReservationTicket, _ direction: Direction) -> Reservation {
        Reservation(ticket, direction) { [notes] ticket in notes.offer(.released(ticket)) }
    }

    /// For links, which tell of their first record.
    nonisolated func confirmed(_ ticket: ReservationTicket) {
        notes.offer(.confirmed(ticket))
    }

    /// For links, whose peers say goodbye.
    nonisolated func heard(_ goodbye: GoodbyeReason, on ticket: ReservationTicket) {
        notes.offer(.goodbye(goodbye, ticket))
    }

    // MARK: Who listens

    /// Connection events from now on, after one for each peer that is connected.
    func connections(into mailbox: Mailbox<ConnectionEvent>) {
        for (_, holder) in holders.sorted(by: { $0.key < $1.key }) where holder.isAnnounced {
            mailbox.offer(.connected(holder.ticket.peer, holder.link.direction))
        }
        connections.add(mailbox)
    }

    /// Peer sets from now on, after the newest.
    func updates(into mailbox: Mailbox<PeerSetUpdate>) {
        if let newest = directory.newest {
            mailbox.offer(PeerSetUpdate(index: newest.index, set: newest.set, tracked: tracked))
        }
        updates.add(mailbox)
    }

    /// The network has shut down: nothing more will be said to anyone.
    func closeListeners() {
        connections.close()
        updates.close()
        isOver = true
        ringAtExpiry()
    }

    // MARK: Snapshot

    func directorySnapshot() -> [DirectoryEntry] { directory.snapshot(at: now) }
    var blockCounts: BlockCounts { directory.blockCounts(at: now) }
    var links: [Link] { holders.sorted { $0.key < $1.key }.map(\.value.link) }
    /// Everything it knows, at one moment.
    var census: TrackerCensus {
        let peers = directory.snapshot(at: now).map { entry in
            TrackerCensus.Peer(entry: entry, state: reservations.state(of: entry.peer))
        }
        return TrackerCensus(
            links: links, past: past, missed: roster.missed, peers: peers, blocks: blockCounts,
            addressUpdates: directory.addressUpdates)
    }
}
