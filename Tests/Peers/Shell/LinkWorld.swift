import Conclave
import ConclaveCodec
import ConclavePrimitives
import ConclaveRuntime
import ConclaveTelemetry
import ConclaveTestSockets

@testable import ConclavePeers
@testable import ConclavePeersCore
@testable import ConclaveTransport

/// One link with everything around it in the hands of a test: time, socket and the far end.
final class LinkWorld {
    let executor = ManualExecutor()
    let stream = FakeStream()
    let memory: NodeMemory
    let registry: ChannelRegistry
    let tracker: Tracker
    let link: Link
    private let configuration: Configuration
    private let context: Context

    private var sealing = SealingKey(key: [UInt8](repeating: 2, count: 32))
    private var far: RecordReader
    private let slabs = SlabPool(keepBytes: 0)

    init(
        options: [ChannelOptions], direction: Direction = .accepted, profile: Profile = .local,
        wire: WireProfile = .commonware
    ) throws {
        let configuration = try Configuration(
            profile: profile, namespace: "TEST", maxMessageBytes: 1 << 20,
            listen: SocketAddress(.loopback, port: 0))
        memory = NodeMemory(configuration)
        registry = ChannelRegistry(messageBytesMax: configuration.maxMessageBytes, memory: memory)
        for (channel, options) in options.enumerated() { _ = try registry.add(UInt64(channel), options) }
        let context = Context(
            root: "test", executors: [executor], clock: executor, network: NoNetwork(),
            storage: NoStorage(), entropy: SystemEntropy(), log: .silent, starter: ManualTaskStarter())
        (self.configuration, self.context) = (configuration, context)
        tracker = Tracker(own: peer(1), configuration: configuration, context: context)
        let keys = SessionKeys(
            sealing: SealingKey(key: [UInt8](repeating: 1, count: 32)),
            opening: OpeningKey(key: [UInt8](repeating: 2, count: 32)), peer: peer(2),
            peerTime: executor.wallTime, profile: wire)
        let released = Released()
        let reservation = Reservation(ReservationTicket(peer: peer(2), generation: 1), direction) { _ in
            released.count.withLock { $0 += 1 }
        }
        self.releases = released
        let parts = LinkParts(
            configuration: configuration, clock: executor, entropy: SystemEntropy(), memory: memory,
            table: registry.table, channels: registry.seal())
        link = Link(
            stream, keys: keys, reservation: reservation, parts: parts, tracker: tracker, on: executor)
        let key = OpeningKey(key: [UInt8](repeating: 1, count: 32))
        switch wire {
        case .commonware: far = RecordReader(peer: peer(1), key: key, channels: registry.table)
        case .native(let version):
            far = RecordReader(peer: peer(1), key: key, items: parts.itemReader(version: version))
        }
        hello = parts.hello
    }

    /// What a node with the same channels says of itself.
    let hello: NativeHello

    private let releases: Released

    private final class Released: Sendable {
        let count = Lock(0)
    }

    /// How often the reservation was given back; once is right.
    var releaseCount: Int { releases.count.withLock { $0 } }

    // MARK: The link

    /// Begins, as the Spawner does.
    func open() {
        let (link, news, opened, ended) = (link, LinkNews(), Outcome<Bool>(), Outcome<CloseReason>())
        (openOutcome, endOutcome) = (opened, ended)
        Task(executorPreference: executor) {
            await link.begin(telling: news)
            var item = await news.next()
            if case .opened = item {
                opened.set(true)
                item = await news.next()
            } else {
                opened.set(false)
            }
            if case .ended(_, let reason) = item { ended.set(reason) }
        }
        run()
    }

    private var openOutcome = Outcome<Bool>(), endOutcome = Outcome<CloseReason>()
    var hasOpened: Bool? { openOutcome.value }
    var reason: CloseReason? { endOutcome.value }

    func run() {
        executor.run()
        stream.tell()
        executor.run()
    }

    func advance(by duration: Duration) {
        executor.advance(by: duration)
        run()
    }

    func send(_ message: [UInt8], channel: UInt64 = 0, priority: Priority = .normal) -> Outbox.Answer {
        let answer = link.outbox.offer(message, to: .of(channel), priority: priority, limitedNow: nil)
        if case .accepted(wake: true) = answer { executor.schedule(link) }
        return answer
    }

    func counts(_ channel: Int = 0) -> (delivered: UInt64, queued: Int) {
        registry.entries[channel].inbox.counts
    }

    /// A listener of the same node.
    func listener() throws -> Listener {
        let parts = LinkParts(
            configuration: configuration, clock: executor, entropy: SystemEntropy(), memory: memory,
            table: registry.table, channels: registry.entries)
        let router = Router(routes: Routes(), on: executor)
        let identity = HandshakeIdentity(
            key: try SigningKey(seed: [UInt8](repeating: 1, count: 32)), namespace: configuration.namespace)
        let spawner = Spawner(parts: parts, tracker: tracker, router: router, context: context)
        let doors = DoorParts(
            identity: identity, configuration: configuration, tracker: tracker, spawner: spawner,
            counters: ConnectionCounters())
        return Listener(doors, context: context)
    }

    // MARK: The far end

    /// The record of a message, or of any plaintext.
    func record(_ plaintext: [UInt8]) throws -> [UInt8] {
        var sealed = plaintext + [UInt8](repeating: 0, count: 16)
        try unsafe sealed.withUnsafeMutableBytes { bytes in
            guard let start = bytes.baseAddress else { return }
            try unsafe sealing.seal(start, count: plaintext.count)
        }
        var frame = Writer()
        frame.lengthPrefixed(sealed)
        return frame.bytes
    }

    func message(_ bytes: [UInt8], channel: UInt64 = 0) throws -> [UInt8] {
        var plaintext = Writer()
        plaintext.byte(DataMessage.tag)
        plaintext.varint(channel)
        plaintext.lengthPrefixed(bytes)
        return try record(plaintext.bytes)
    }

    /// The record of an item of the native profile.
    func record(_ item: ControlItem) throws -> [UInt8] { try record(item.encoded) }

    /// Lets `bytes` arrive in one read.
    func arrive(_ bytes: [UInt8]) {
        stream.arrived += bytes
        run()
    }

    /// What the far end hears of all that was written since it last looked: messages, and pings as nil.
    func heard() throws -> [[UInt8]?] { try hear().map(\.message) }

    /// The items of the native profile that it hears.
    func heardItems() throws -> [ControlItem] { try hear().compactMap(\.item) }

    private func hear() throws -> [(message: [UInt8]?, item: ControlItem?)] {
        var bytes = exchange(&stream.written, with: [])
        let direct = unsafe min(far.wanted.count, bytes.count)
        for index in 0..<direct { unsafe far.wanted[index] = bytes[index] }
        bytes.removeFirst(direct)
        var heard: [(message: [UInt8]?, item: ControlItem?)] = []
        try unsafe bytes.withUnsafeBytes { shared in
            try unsafe far.received(direct: direct, shared: shared, slabs: slabs) { incoming in
                switch incoming {
                case .batch(let batch, _): heard += batch.messages.map { (Array($0), nil) }
                case .ping: heard.append((nil, nil))
                case .control(let item): heard.append((nil, item))
                }
            }
        }
        return heard
    }
}

/// Set once by a task, looked at by the test.
private final class Outcome<Value: Sendable>: Sendable {
    private let state = Lock<Value?>(nil)

    var value: Value? { state.withLock { $0 } }

    func set(_ value: Value) {
        state.withLock { $0 = value }
    }
}

private struct NoNetwork: Network {
    func listen(on address: SocketAddress, executor: any RuntimeExecutor) throws(HostFailure) -> any Acceptor
    {
        throw .closed
    }

    func connect(
        to address: SocketAddress, on executor: any RuntimeExecutor
    ) async throws(HostFailure) -> any ByteStream {
        throw .closed
    }

    func resolve(_ host: HostName) async throws(HostFailure) -> [IPAddress] { throw .closed }
}
