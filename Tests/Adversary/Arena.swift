import Conclave
import ConclaveCodec
import ConclaveCryptography
import ConclavePeers
import ConclavePrimitives
import ConclaveTelemetry
import ConclaveTestNodes
import ConclaveTransport
import Testing

/// A node under attack, an honest peer that is connected to it all the time, and an insider: a key that the
/// node accepts but never dials.
final class Arena {
    let context: Context
    let node: TestNode
    let honest: TestNode
    let insider: Insider
    /// All the node's connections and disconnections since the honest peer was there.
    private let events: Mailbox<ConnectionEvent>
    private var exchanges: UInt8 = 0

    var address: SocketAddress { insider.address }

    static func run(
        profile: Profile = .local, channels: [ChannelOptions]? = nil, maxMessageBytes: Int = 1 << 20,
        wire: WireChoice = .native, log: Log = .silent,
        _ body: @escaping @Sendable (Arena) async throws -> Void
    ) async throws {
        try await withRuntime(log: log) { context in
            let arena = try await Arena(
                context, profile, try channels ?? [ChannelOptions(), ChannelOptions()], maxMessageBytes,
                wire)
            try await body(arena)
            try await arena.expectHonestLinkUnharmed()
        }
    }

    private init(
        _ context: Context, _ profile: Profile, _ channels: [ChannelOptions], _ maxMessageBytes: Int,
        _ wire: WireChoice
    ) async throws {
        self.context = context
        honest = try TestNode(
            2, context: context, profile: profile, maxMessageBytes: maxMessageBytes, options: channels,
            wire: wire)
        // The last one made: they share a registry, and it shows the figures of that one.
        node = try TestNode(
            1, context: context, profile: profile, maxMessageBytes: maxMessageBytes, options: channels,
            wire: wire)
        let key = try SigningKey(seed: [UInt8](repeating: 66, count: 32))
        for node in [node, honest] { try node.network.start() }
        let nowhere = PeerAddress.symmetric(SocketAddress(.loopback, port: 9))
        let set = try PeerSet(
            primary: [node.member(), honest.member()],
            secondary: [PeerSet.Member(key.publicKey, at: nowhere)])
        events = await node.network.oracle.connections
        for node in [node, honest] { try await node.network.oracle.track(0, set) }
        insider = Insider(
            identity: HandshakeIdentity(key: key, namespace: try Namespace("TEST")), node: node.peer,
            address: try #require(node.network.address), context: context)
        guard case .connected(honest.peer, _) = await events.next() else { throw HonestPeerGone() }
        await honest.connected(to: 1)
    }

    struct HonestPeerGone: Error {}

    /// The honest peer's key was never seen to leave, and messages still flow both ways.
    func expectHonestLinkUnharmed(sourceLocation: SourceLocation = #_sourceLocation) async throws {
        exchanges += 1
        let channel = honest.senders.count - 1
        for (one, other) in [(node, honest), (honest, node)] {
            try await one.deliver([0xFE, exchanges], to: other.peer, on: channel)
            var isHeard = false
            for await (peer, message) in other.receivers[channel] where peer == one.peer {
                isHeard = Array(message) == [0xFE, exchanges]
                break
            }
            #expect(isHeard, sourceLocation: sourceLocation)
        }
        while let event = events.poll() {
            #expect(event.peer != honest.peer, "\(event)", sourceLocation: sourceLocation)
        }
    }

    /// Waits until the node has refused `count` inbound connections for `reason`.
    func refused(_ reason: String, _ count: UInt64 = 1) async throws {
        let deadline = context.clock.now.advanced(by: .seconds(10))
        while case let refusals = await refusals(), refusals[reason, default: 0] < count {
            guard context.clock.now < deadline else { throw NotRefused(expected: reason, count, refusals) }
            try await context.sleep(for: .milliseconds(2))
        }
    }

    struct NotRefused: Error {
        let reason: String
        let count: UInt64
        let refusals: [String: UInt64]

        init(expected reason: String, _ count: UInt64, _ refusals: [String: UInt64]) {
            (self.reason, self.count, self.refusals) = (reason, count, refusals)
        }
    }

    /// Every line of the node's metrics, without its figure.
    func series() async -> [String] {
        _ = await node.network.snapshot()
        return context.metrics.text().split(separator: "\n").filter { !$0.hasPrefix("#") }.map { line in
            String(line.prefix { $0 != " " })
        }.filter { !$0.hasPrefix("conclave_task") }
    }

    /// How many inbound connections were refused, by reason.
    func refusals() async -> [String: UInt64] {
        await node.network.snapshot().refusals
    }

    /// What the node next says of the insider; an event of the honest peer is an error.
    func nextEvent() async throws -> ConnectionEvent {
        guard let event = await events.next() else { throw HonestPeerGone() }
        guard event.peer != honest.peer else { throw HonestPeerGone() }
        return event
    }

    /// A session that the node has announced.
    func session() async throws -> Session {
        let session = try await insider.session()
        let event = try await nextEvent()
        #expect(event == .connected(insider.identity.key.publicKey, .accepted))
        return session
    }

    /// The session sends `bytes`; the node must end the link for `reason`.
    func expect(
        _ session: Session, sending bytes: [UInt8], endsWith fault: PeerFault,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        try await session.send(bytes)
        let isEnded = await session.intruder.isEnded()
        #expect(isEnded, sourceLocation: sourceLocation)
        guard isEnded else { throw StillOpen() }
        let event = try await nextEvent()
        let insider = insider.identity.key.publicKey
        #expect(event == .disconnected(insider, .protocolError(fault)), sourceLocation: sourceLocation)
    }

    struct StillOpen: Error {}
}
