import Conclave
import ConclaveCodec
import ConclaveRuntime

/// One node of a benchmark.
struct BenchNode: Sendable {
    /// Messages that wait in an outbox and in a lane; the local profile has 1,000 of each. With fewer, the
    /// sender of a benchmark sleeps and wakes more often than its messages are worth.
    private static let messagesMax = 65_536

    let network: PeerNetwork
    let sender: Sender
    let receiver: Receiver

    static let listenerKey = [UInt8](repeating: 1, count: 32)

    static func dialerKey(_ number: Int) -> [UInt8] {
        (0..<32).map { UInt8(truncatingIfNeeded: $0 < 8 ? (number + 2) >> ($0 * 8) : 2) }
    }

    /// A large lane that pauses when it is full, unless `options` say otherwise.
    init(
        seed: [UInt8], size: Int, options: ChannelOptions? = nil, context: Context,
        change: (inout Profile) -> Void = { _ in }
    ) throws {
        var profile = Profile.local
        change(&profile)
        let configuration = try Configuration(
            profile: profile, namespace: "BENCH", maxMessageBytes: max(size, 1),
            listen: SocketAddress(.loopback, port: 0))
        network = PeerNetwork(configuration, key: try SigningKey(seed: seed), context: context)
        let options = try options ?? ChannelOptions(backlog: Self.messagesMax, overflow: .pauseReading)
        (sender, receiver) = try network.register(channel: 0, options: options)
        try network.start()
    }

    /// The listener knows its dialers' keys and where they come from, but dials none.
    static func listen(
        _ size: Int, dialers: Int = 1, options: ChannelOptions? = nil, context: Context,
        change: (inout Profile) -> Void = { _ in }
    ) async throws -> BenchNode {
        let node = try BenchNode(
            seed: listenerKey, size: size, options: options, context: context, change: change)
        let members = try (0..<dialers).map { number in
            PeerSet.Member(
                try SigningKey(seed: dialerKey(number)).publicKey,
                at: .symmetric(SocketAddress(.loopback, port: 9)))
        }
        try await node.network.oracle.track(0, PeerSet(primary: [], secondary: members))
        BenchProgram.complain(
            "differs from the local profile: outbox and lane of \(messagesMax) messages, full lanes pause")
        BenchProgram.say("\(node.network.address?.port ?? 0)")
        return node
    }

    /// A dialer that is connected to the listener.
    static func dial(_ options: BenchOptions, context: Context) async throws -> (
        node: BenchNode, peer: PeerID
    ) {
        let node = try BenchNode(seed: dialerKey(0), size: options.size, context: context)
        return (node, try await node.join(options))
    }

    /// Connects to the listener, and says who it is.
    func join(_ options: BenchOptions) async throws -> PeerID {
        let peer = try SigningKey(seed: Self.listenerKey).publicKey
        let address = SocketAddress(.loopback, port: UInt16(options.port))
        try await network.oracle.track(
            0, PeerSet(primary: [PeerSet.Member(peer, at: .symmetric(address))]))
        await opened()
        return peer
    }

    /// Waits until a link is open.
    func opened() async {
        for await event in await network.oracle.connections {
            if case .connected = event { return }
        }
    }

    /// Waits until a link has ended.
    func closed() async {
        for await event in await network.oracle.connections {
            if case .disconnected = event { return }
        }
    }
}
