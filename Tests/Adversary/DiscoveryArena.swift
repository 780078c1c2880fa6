import Conclave
import ConclaveCodec
import ConclaveCryptography
import ConclavePrimitives
import ConclaveTestNodes
import ConclaveTransport
import Testing

/// A node in discovery and an insider: a key of its set whose far end follows no rule.
final class DiscoveryArena {
    let context: Context
    let node: TestNode
    let insider: Insider
    private let events: Mailbox<ConnectionEvent>

    /// Keys by number; 1 is the node and 66 the insider.
    static func key(_ number: UInt8) throws -> SigningKey {
        try SigningKey(seed: [UInt8](repeating: number, count: 32))
    }

    /// - Parameter members: whom the node tracks beside itself and the insider.
    static func run(
        members: [UInt8] = [2, 3], profile: Profile = .local,
        _ body: @escaping @Sendable (DiscoveryArena) async throws -> Void
    ) async throws {
        try await withRuntime { context in
            try await body(try await DiscoveryArena(context, members, profile))
        }
    }

    private init(_ context: Context, _ members: [UInt8], _ profile: Profile) async throws {
        self.context = context
        node = try TestNode(1, context: context, profile: profile, mode: .discovery())
        try node.network.start()
        events = await node.network.oracle.connections
        let keys = try ([1, 66] + members).map { try Self.key($0).publicKey }
        try await node.network.oracle.track(1, PeerSet(keys: keys))
        insider = Insider(
            identity: HandshakeIdentity(key: try Self.key(66), namespace: try Namespace("TEST")),
            node: node.peer, address: try #require(node.network.address), context: context)
    }

    /// What the peer of that number says of itself, `seconds` after now.
    func record(
        _ number: UInt8, at address: SocketAddress = SocketAddress(.loopback, port: 9),
        in seconds: Int = 0, namespace: String = "TEST"
    ) throws -> AddressRecord {
        AddressRecord(
            ingress: .socket(address), time: context.clock.wallTime.advanced(by: .seconds(seconds)),
            key: try Self.key(number), namespace: try Namespace(namespace))
    }

    /// A session of the insider that has greeted.
    func session(claiming address: SocketAddress = SocketAddress(.loopback, port: 9)) async throws -> Session
    {
        let session = try await insider.session()
        try await send(.greeting(record(66, at: address)), over: session)
        let event = await events.next()
        #expect(event == .connected(insider.identity.key.publicKey, .accepted))
        return session
    }

    func send(_ message: DiscoveryMessage, over session: Session) async throws {
        try await session.send(session.record(message.encoded))
    }

    /// The next event; nil when the network has shut down.
    func nextEvent() async -> ConnectionEvent? { await events.next() }

    /// Reads events until one `isAwaited`; false when the network has shut down.
    func event(where isAwaited: (ConnectionEvent) -> Bool) async -> Bool {
        while let event = await events.next() {
            if isAwaited(event) { return true }
        }
        return false
    }

    /// The node must end the insider's link for `fault`.
    func expectEnd(
        of session: Session, _ fault: PeerFault, sourceLocation: SourceLocation = #_sourceLocation
    ) async {
        let isEnded = await session.intruder.isEnded()
        #expect(isEnded, sourceLocation: sourceLocation)
        guard isEnded else { return }
        let event = await nextEvent()
        #expect(
            event == .disconnected(insider.identity.key.publicKey, .protocolError(fault)),
            sourceLocation: sourceLocation)
    }

    /// The node has read everything that `session` sent, and the link is as it was.
    func expectOpen(_ session: Session, sourceLocation: SourceLocation = #_sourceLocation) async throws {
        try await session.send(session.message([7]))
        for await (peer, message) in node.receiver {
            #expect(
                peer == insider.identity.key.publicKey && Array(message) == [7],
                sourceLocation: sourceLocation)
            return
        }
        Issue.record("the node ended", sourceLocation: sourceLocation)
    }
}
