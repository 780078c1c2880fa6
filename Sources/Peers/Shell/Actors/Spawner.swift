import ConclaveCryptography
import ConclavePeersCore
import ConclavePrimitives
import ConclaveRuntime
import ConclaveTelemetry
import ConclaveTransport

/// Turns a finished handshake into a link: places it, opens its lanes, makes it reachable, and clears up when
/// it has ended.
actor Spawner {
    private nonisolated let context: Context
    private nonisolated let parts: LinkParts
    private let tracker: Tracker
    private let router: Router

    nonisolated var unownedExecutor: UnownedSerialExecutor {
        unsafe context.executor.asUnownedSerialExecutor()
    }

    init(parts: LinkParts, tracker: Tracker, router: Router, context: Context) {
        self.parts = parts
        self.tracker = tracker
        self.router = router
        self.context = context
    }

    /// Opens a link on the executor where its handshake ran, unless its reservation was lost meanwhile.
    func open(
        _ stream: any ByteStream, keys: consuming SessionKeys, reservation: consuming Reservation,
        on executor: any RuntimeExecutor
    ) async {
        let ticket = reservation.ticket
        let link = Link(
            stream, keys: keys, reservation: reservation, parts: parts, tracker: tracker, on: executor)
        guard await tracker.activated(ticket, link) == .stands else { return await link.abandon() }
        let child = context.spawn("link-\(ticket.peer.short)", on: executor) { [self] context in
            await run(link, ticket, on: executor, context)
        }
        if !child.hasStarted {  // we are shutting down
            await link.abandon()
            await tracker.closed(ticket, .shutdown, LinkTally())
        }
    }

    /// From the first byte to the last: reachable while it is open, counted when it has ended.
    private func run(
        _ link: Link, _ ticket: ReservationTicket, on executor: any RuntimeExecutor, _ context: Context
    ) async {
        let route = Route(
            peer: ticket.peer, generation: ticket.generation, outbox: link.outbox, executor: executor,
            link: link)
        if await link.open(greeting: await tracker.greeting) {
            await router.add(route)
            await tracker.opened(ticket, link.direction)
            let direction = link.direction.rawValue
            context.log.info("connected", ["peer": "\(ticket.peer)", "direction": .text(direction)])
        }
        let reason = await link.end()
        alarm(reason, of: ticket.peer, context)
        await router.remove(route)
        await tracker.closed(ticket, reason, link.tally)
        context.log.info("disconnected", ["peer": "\(ticket.peer)", "reason": .text(reason.name)])
    }

    /// A link in an older version than both sides speak is no accident: the dialer would have taken the newer
    /// one.
    private nonisolated func alarm(_ reason: CloseReason, of peer: PeerID, _ context: Context) {
        guard case .protocolError(.downgraded(let from, let to)) = reason else { return }
        context.log.warning(
            "a connection was made in an older version of the wire than both sides speak",
            ["peer": "\(peer)", "newest": .integer(Int(from)), "used": .integer(Int(to))])
    }
}
