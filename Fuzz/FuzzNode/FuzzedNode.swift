internal import ConclaveCodec
internal import ConclaveCryptography
internal import ConclaveFuzzing
internal import ConclavePeers
internal import ConclavePeersCore
internal import ConclavePrimitives
internal import ConclaveRuntime
internal import ConclaveTelemetry
internal import ConclaveTestSockets
internal import ConclaveTransport

/// The node under test: nothing of it runs but when it is told to.
final class FuzzedNode {
    let executor = ManualExecutor()
    let sockets = FakeNetwork()
    let peers: PeerNetwork
    private(set) var senders: [Sender] = []
    private(set) var receivers: [Receiver] = []
    private let root: Context

    init(seed: UInt64, _ wire: WireChoice) throws(Finding) {
        root = Context(
            root: "fuzz", executors: [executor], clock: executor, network: sockets, storage: NoStorage(),
            entropy: SeededEntropy(seed), log: .silent, starter: ManualTaskStarter())
        do {
            let configuration = try Configuration(
                profile: Self.profile, namespace: People.namespace, maxMessageBytes: Self.messageBytesMax,
                listen: People.home, wire: wire)
            peers = PeerNetwork(configuration, key: try People.key(0), context: root)
            for (channel, options) in try Self.channels().enumerated() {
                let (sender, receiver) = try peers.register(channel: UInt64(channel), options: options)
                senders.append(sender)
                receivers.append(receiver)
            }
            try peers.start()
        } catch {
            throw Finding("the node does not start: \(error)")
        }
        executor.run()
    }

    static let messageBytesMax = 150_000
    /// One that drops, one that holds the peer up and takes compressed messages, one with a quota.
    private static func channels() throws(ChannelFault) -> [ChannelOptions] {
        [
            try ChannelOptions(backlog: 16),
            try ChannelOptions(backlog: 4, overflow: .pauseReading, compression: .lz4),
            try ChannelOptions(backlog: 64, messagesPerSecond: 10, bytesPerSecond: 40_000),
        ]
    }

    static let channelCount = 3

    /// Everything small and soon.
    static let profile: Profile = {
        var profile = Profile.local
        profile.handshakeTimeout = .milliseconds(500)
        profile.dialTimeout = .milliseconds(900)
        profile.pingFrequency = .milliseconds(600)
        profile.silenceTimeout = .milliseconds(2_000)
        profile.peerConnectionCooldown = .milliseconds(100)
        profile.dialFrequency = .milliseconds(100)
        profile.trackedPeerSets = 1
        profile.outboxMessages = 64
        profile.outboxBytes = 400_000
        profile.laneBytes = 200_000
        profile.floorBytes = 4_096
        profile.memoryBudget = 1 << 20
        return profile
    }()

    var context: Context { root }
    /// Tasks and alarms that are left.
    var remains: String { "\(root.liveTasks) tasks and \(executor.alarms.count) alarms\n\(root.tree())" }
    var isQuiet: Bool { root.liveTasks == 0 && executor.alarms.isEmpty }

    /// What `body` says, which needs no time to say it.
    func call<Value: Sendable>(_ body: @escaping @Sendable () async -> Value) throws(Finding) -> Value {
        let outcome = begin(body)
        executor.run()
        guard let value = outcome.value else { throw Finding("a call does not come back") }
        return value
    }

    func begin<Value: Sendable>(_ body: @escaping @Sendable () async -> Value) -> Outcome<Value> {
        let outcome = Outcome<Value>()
        root.spawn("call", onFailure: .ignore) { _ in outcome.set(await body()) }
        return outcome
    }

    func snapshot() throws(Finding) -> NetworkSnapshot {
        try call { [peers] in await peers.snapshot() }
    }
}

/// Set once by a task, looked at from outside.
final class Outcome<Value: Sendable>: Sendable {
    private let state = Lock<Value?>(nil)

    var value: Value? { state.withLock { $0 } }

    func set(_ value: Value) {
        state.withLock { $0 = value }
    }
}

/// Chance that is the same each time.
final class SeededEntropy: Entropy {
    private let random: Lock<SplitMix64>

    init(_ seed: UInt64) {
        random = Lock(SplitMix64(seed: seed))
    }

    func bytes(_ count: Int) -> [UInt8] {
        random.withLock { random in (0..<count).map { _ in UInt8(truncatingIfNeeded: random.next()) } }
    }
}
