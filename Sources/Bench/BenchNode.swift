import Conclave
import ConclaveCodec
import ConclaveRuntime

/// One node of a benchmark.
struct BenchNode: Sendable {
    /// Messages that wait in a lane; a channel has 1,024 unless told otherwise. With fewer, the sender of a
    /// benchmark sleeps and wakes more often than its messages are worth.
    static let messagesMax = 65_536

    let network: PeerNetwork
    /// Where its application's tasks run.
    let executor: any RuntimeExecutor
    let sender: Sender
    let receiver: Receiver

    static let listenerKey = [UInt8](repeating: 1, count: 32)

    static func dialerKey(_ number: Int) -> [UInt8] {
        (0..<32).map { UInt8(truncatingIfNeeded: $0 < 8 ? (number + 2) >> ($0 * 8) : 2) }
    }

    /// A large lane that pauses when it is full, unless `channel` says otherwise.
    init(
        seed: [UInt8], _ options: BenchOptions, channel: ChannelOptions? = nil, context: Context,
        change: (inout Profile) -> Void = { _ in }
    ) throws {
        executor = context.executor
        var profile = Profile.local
        change(&profile)
        let configuration = try Configuration(
            profile: profile, namespace: "BENCH", maxMessageBytes: max(options.size, 1),
            listen: SocketAddress(.loopback, port: 0), wire: WireChoice(options.wire))
        network = PeerNetwork(configuration, key: try SigningKey(seed: seed), context: context)
        let channel = try channel ?? ChannelOptions(backlog: Self.messagesMax, overflow: .pauseReading)
        (sender, receiver) = try network.register(channel: 0, options: channel)
        try network.start()
    }

    /// The listener knows its dialers' keys and where they come from, but dials none.
    static func listen(
        _ options: BenchOptions, dialers: Int = 1, channel: ChannelOptions? = nil, context: Context,
        change: (inout Profile) -> Void = { _ in }
    ) async throws -> BenchNode {
        let node = try BenchNode(
            seed: listenerKey, options, channel: channel, context: context, change: change)
        try await node.expect(dialers, index: 0)
        if channel == nil { sayLanes() }
        BenchProgram.say("\(node.network.address?.port ?? 0)")
        return node
    }

    /// Says what is not as in the local profile.
    static func sayLanes() {
        BenchProgram.complain(
            "differs from the local profile: lanes of \(messagesMax) messages, which pause when full")
    }

    /// Authorises the first `dialers`, and dials none of them.
    func expect(_ dialers: Int, index: UInt64) async throws {
        let members = try (0..<dialers).map { number in
            PeerSet.Member(
                try SigningKey(seed: Self.dialerKey(number)).publicKey,
                at: .symmetric(SocketAddress(.loopback, port: 9)))
        }
        try await network.oracle.track(index, PeerSet(primary: [], secondary: members))
    }

    /// A dialer that is connected to the listener.
    static func dial(
        _ options: BenchOptions, number: Int = 0, channel: ChannelOptions? = nil, context: Context
    ) async throws -> (node: BenchNode, peer: PeerID) {
        let node = try BenchNode(
            seed: dialerKey(number), options, channel: channel, context: context)
        return (node, try await node.join(options))
    }

    /// Connects to the listener, and says who it is.
    func join(_ options: BenchOptions) async throws -> PeerID {
        let peer = try SigningKey(seed: Self.listenerKey).publicKey
        let address = SocketAddress(.loopback, port: UInt16(options.port))
        try await network.oracle.track(
            0, PeerSet(primary: [PeerSet.Member(peer, at: .symmetric(address))]))
        await opened(1)
        return peer
    }

    /// Waits until `count` links are open at once. False if the network or the task ended before.
    @discardableResult
    func opened(_ count: Int) async -> Bool {
        var open = 0
        for await event in await network.oracle.connections {
            switch event {
            case .connected: open += 1
            case .disconnected: open -= 1
            }
            if open == count { return true }
        }
        return false
    }

    /// Waits until a link has ended.
    func closed() async {
        for await event in await network.oracle.connections {
            if case .disconnected = event { return }
        }
    }
}
