import ConclaveCryptography
import ConclavePeersCore
import ConclavePrimitives
import ConclaveRuntime
import ConclaveTelemetry
import ConclaveTransport

/// Turns a finished handshake into a link: places it, opens its lanes, makes it reachable, and clears up when it has ended.
actor Spawner {
    private nonisolated let context: Context
    private nonisolated let parts: LinkParts
    private let tracker: Tracker
    private let router: Router
    /// What went through the links that have ended.
    private(set) var past = LinkTally()

    nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe context.executor.asUnownedSerialExecutor() }

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
        let direction = reservation.direction
        let link = Link(stream, keys: keys, reservation: reservation, parts: parts, tracker: tracker, on: executor)
        guard await tracker.activated(ticket, link) == .stands else { return await link.abandon() }
        let route = Route(peer: ticket.peer, outbox: link.outbox, executor: executor, link: link)
        await router.add(route)
        context.spawn("link-\(ticket.peer.short)", on: executor) { [self] context in
            await tracker.opened(ticket, direction)
            context.log.info("connected", ["peer": "\(ticket.peer)", "direction": .text(direction.rawValue)])
            let reason = await link.run()
            await router.remove(route)
            await ended(link)
            await tracker.closed(ticket, reason)
            context.log.info("disconnected", ["peer": "\(ticket.peer)", "reason": .text(reason.name)])
        }
    }

    private func ended(_ link: Link) async {
        past += await link.tally
    }
}
