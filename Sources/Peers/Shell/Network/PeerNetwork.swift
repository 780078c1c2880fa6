public import ConclaveCodec
public import ConclaveCryptography
public import ConclavePeersCore
import ConclavePrimitives
public import ConclaveRuntime
import ConclaveTelemetry
import ConclaveTransport

/// One node's peer layer: connects the peers that its ``oracle`` authorises, and carries messages on its
/// channels.
///
/// This is the page to read first: it makes every actor and shows who knows whom. The order is
/// construct, ``register(channel:options:)``, ``start()``, use, ``shutdown(within:)``.
public final class PeerNetwork: Sendable {
    public let configuration: Configuration
    /// Who may connect.
    public let oracle: Oracle

    private let context: Context
    private let identity: HandshakeIdentity
    private let memory: NodeMemory
    private let channels: ChannelRegistry
    private let missed = MissedMessages()
    private let counters = ConnectionCounters()
    private let metrics: NetworkMetrics
    private let routes = Routes()
    private let router: Router
    private let tracker: Tracker
    private let phase = Lock(Phase.new)
    /// Since the start.
    private let listener = Lock<Listener?>(nil)

    private enum Phase: Sendable {
        case new
        /// `doors` is the scope of Listener and Dialer, which end first.
        case running(any Acceptor, doors: Context)
        case ended
    }

    /// A network that does nothing yet. Its tasks will live in a scope below `context`.
    public init(_ configuration: Configuration, key: SigningKey, context: Context) {
        let context = context.scope("peers")
        self.configuration = configuration
        self.context = context
        identity = HandshakeIdentity(key: key, namespace: configuration.namespace)
        memory = NodeMemory(configuration, pools: context.commons.value { MemoryPools(in: context) })
        channels = ChannelRegistry(
            messageBytesMax: configuration.maxMessageBytes, memory: memory)
        metrics = NetworkMetrics(in: context.metrics)
        router = Router(routes: routes, on: context.executor)
        tracker = Tracker(own: key.publicKey, configuration: configuration, context: context.scope("tracker"))
        oracle = Oracle(tracker: tracker, blockDuration: configuration.blockDuration)
    }

    /// Opens a channel, before ``start()``. All nodes of a network register the same channels.
    public func register(
        channel: UInt64, options: ChannelOptions
    ) throws(ChannelFault) -> (sender: Sender, receiver: Receiver) {
        let (slot, inbox) = try channels.add(channel, options)
        let outgoing = OutgoingChannel(
            number: channel, slot: slot, messageBytesMax: configuration.maxMessageBytes,
            hasQuota: options.hasQuota, compression: options.compression, roster: tracker.roster,
            missed: missed)
        let sender = Sender(routes: routes, channel: outgoing, clock: context.clock)
        return (sender, Receiver(inbox: inbox))
    }

    /// Listens, and begins to dial. Once.
    ///
    /// - Throws: ``/ConclaveRuntime/HostFailure`` if the address cannot be listened on; then nothing runs.
    ///   ``/ConclaveRuntime/HostFailure/closed`` if it runs already or has shut down.
    public func start() throws(HostFailure) {
        guard case .new = phase.withLock({ $0 }) else { throw .closed }
        let acceptor = try context.network.listen(on: configuration.listen, executor: context.executor)
        let doors = context.scope("doors")
        let isFirst = phase.withLock { phase in
            guard case .new = phase else { return false }
            phase = .running(acceptor, doors: doors)
            return true
        }
        guard isFirst else {
            acceptor.close()
            throw .closed
        }
        run(acceptor, doors: doors)
    }

    private func run(_ acceptor: any Acceptor, doors: Context) {
        context.log.info("listening", ["address": "\(acceptor.address)"])
        let entries = channels.seal()
        let parts = LinkParts(
            configuration: configuration, clock: context.clock, entropy: context.entropy, memory: memory,
            table: channels.table, channels: entries, records: records)
        let links = context.scope("links")
        let spawner = Spawner(parts: parts, tracker: tracker, router: router, context: links)
        let door = DoorParts(
            identity: identity, configuration: configuration, tracker: tracker, spawner: spawner,
            counters: counters)
        let listener = Listener(door, context: doors)
        self.listener.withLock { $0 = listener }
        let dialer = Dialer(door, context: doors)
        context.spawn("tracker") { [tracker] _ in await tracker.run() }
        links.spawn("news") { _ in await spawner.run() }
        let open: @Sendable () -> Void = {
            doors.spawn("listener") { _ in await listener.run(acceptor) }
            doors.spawn("dialer") { _ in await dialer.run() }
        }
        switch configuration.mode {
        case .lookup: open()
        case .discovery(_, let advertise): discover(at: advertise ?? .socket(acceptor.address), open)
        }
    }

    /// In discovery the doors open when our own record is signed and kept.
    private func discover(at ingress: Ingress, _ open: @escaping @Sendable () -> Void) {
        context.spawn("gossip") { [tracker] _ in await tracker.runGossip() }
        context.spawn("peer store") { [tracker, identity] _ in
            let store = await tracker.begin(key: identity.key, at: ingress)
            open()
            if let store { await tracker.keep(in: store) }
        }
    }

    /// Which records may be believed; nil in lookup, which has none.
    private var records: RecordCheck? {
        switch configuration.mode {
        case .lookup: nil
        case .discovery: RecordCheck(own: identity.key.publicKey, configuration: configuration)
        }
    }

    /// Where it listens, with the port that was taken; nil unless it runs.
    public var address: SocketAddress? {
        guard case .running(let acceptor, _) = phase.withLock({ $0 }) else { return nil }
        return acceptor.address
    }

    /// Takes over the quotas of inbound handshakes from `profile`: how many at once, from one IP, from one
    /// subnet. Everything else stays as it was, and so does every connection. Before ``start()`` it does
    /// nothing.
    ///
    /// - Throws: ``/ConclavePeersCore/ConfigurationFault`` for a value out of range; then nothing has
    ///   changed.
    public func changeQuotas(to profile: Profile) async throws(ConfigurationFault) {
        let checked = try Configuration(
            profile: profile, namespace: configuration.namespace.description,
            maxMessageBytes: configuration.maxMessageBytes, listen: configuration.listen)
        await listener.withLock { $0 }?.changeQuotas(to: checked.profile)
    }

    /// Takes nothing more, gives what waits up to `patience` to be written, closes every link, and ends every
    /// task. Receivers still read what had arrived, then end. Called again, it does nothing.
    public func shutdown(within patience: Duration) async {
        let before = phase.withLock { exchange(&$0, with: .ended) }
        if case .running(let acceptor, let doors) = before {
            acceptor.close()
            await doors.shutdown()
            for link in await tracker.links { link.finish() }
            await waitForLinks(until: context.clock.now.advanced(by: patience))
        }
        await context.shutdown()
        await tracker.closeListeners()
        for entry in channels.entries { entry.inbox.close() }
    }

    private func waitForLinks(until deadline: Instant) async {
        while await !tracker.links.isEmpty, context.clock.now < deadline {
            do throws(Cancelled) { try await context.sleep(for: .milliseconds(5)) } catch { return }
        }
    }

    /// The most memory that waiting messages and the tables of `peers` peers take, with the channels and
    /// sub-channels that are registered now; `peers` is as many as the sets may hold unless told otherwise.
    public func memoryBound(peers: Int? = nil) -> MemoryBound {
        let inboxes = channels.entries.map(\.inbox)
        return MemoryBound(
            configuration, peers: peers, channels: inboxes.count,
            lanes: inboxes.reduce(0) { $0 + 1 + $1.adapterCount })
    }

    /// ``memoryBound(peers:)`` for as many peers as the sets may hold.
    public var memoryBound: MemoryBound { memoryBound() }

    /// Everything that can be seen, at one moment or nearly so. The figures in `Context.metrics` are those of
    /// the last snapshot.
    public func snapshot() async -> NetworkSnapshot {
        let census = await tracker.census
        var reports = SortedArray<PeerID, LinkReport>()
        for link in census.links { reports[link.peer] = await link.report() }
        let (dials, refusals) = counters.counts
        let snapshot = NetworkSnapshot(
            own: identity.key.publicKey, links: reports, census: census,
            inboxes: channels.entries.map(\.inbox), missed: missed.count,
            budget: (memory.budget.used, memory.budget.limit), dials: dials,
            refusedHandshakes: refusals)
        metrics.publish(snapshot)
        return snapshot
    }
}
