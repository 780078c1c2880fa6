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
    private let news = LinkNews()

    nonisolated var unownedExecutor: UnownedSerialExecutor {
        unsafe context.executor.asUnownedSerialExecutor()
    }

    init(parts: LinkParts, tracker: Tracker, router: Router, context: Context) {
        self.parts = parts
        self.tracker = tracker
        self.router = router
        self.context = context
    }

    /// Opens a link on the executor where its handshake ran, unless its reservation was lost meanwhile. Not
    /// taken into the functions that call it, for the reason that ``InboundSteps`` gives.
    @inline(never)
    func open(
        _ stream: any ByteStream, keys: consuming SessionKeys, reservation: consuming Reservation,
        on executor: any RuntimeExecutor
    ) async {
        let ticket = reservation.ticket
        let link = Link(
            stream, keys: keys, reservation: reservation, parts: parts, tracker: tracker, on: executor)
        guard await tracker.activated(ticket, link) == .stands else { return await link.abandon() }
        guard news.announce() else {  // we are shutting down
            await link.abandon()
            return await tracker.closed(ticket, .shutdown, LinkTally())
        }
        await link.begin(greeting: await tracker.greeting, telling: news)
    }

    /// Looks after the links, until the network has shut down and the last of them has ended: reachable
    /// while it is open, counted when it has ended.
    func run() async {
        while true {
            switch await news.next() {
            case .opened(let link): await opened(link)
            case .ended(let link, let reason): await ended(link, reason)
            case .endAll: for link in await tracker.links { link.end(.shutdown) }
            case .over: return
            }
        }
    }

    private func opened(_ link: Link) async {
        let route = Route(
            peer: link.peer, generation: link.generation, outbox: link.outbox, executor: link.executor,
            link: link)
        await router.add(route)
        await tracker.opened(link.ticket, link.direction)
        let direction = link.direction.rawValue
        context.log.info("connected", ["peer": "\(link.peer)", "direction": .text(direction)])
    }

    private func ended(_ link: Link, _ reason: CloseReason) async {
        alarm(reason, of: link.peer, context)
        await router.remove(link.ticket)
        await tracker.closed(link.ticket, reason, link.tally)
        context.log.info("disconnected", ["peer": "\(link.peer)", "reason": .text(reason.name)])
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
