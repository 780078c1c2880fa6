import Conclave
import ConclaveCodec
import ConclavePrimitives
import ConclaveRuntime
import ConclaveSystem
import ConclaveTelemetry
import Testing

/// A node of a test network, on sockets of the loopback interface.
final class TestNode: Sendable {
    let key: SigningKey
    let network: PeerNetwork
    let sender: Sender
    let receiver: Receiver

    var peer: PeerID { key.publicKey }

    init(_ number: UInt8, context: Context, options: ChannelOptions? = nil, namespace: String = "TEST") throws
    {
        key = try SigningKey(seed: [UInt8](repeating: number, count: 32))
        let configuration = try Configuration(
            profile: .local, namespace: namespace, maxMessageBytes: 1 << 20,
            listen: SocketAddress(.loopback, port: 0))
        network = PeerNetwork(configuration, key: key, context: context.scope("node-\(number)"))
        (sender, receiver) = try network.register(channel: 0, options: try options ?? ChannelOptions())
    }

    /// Starts all nodes and makes each know where the others are.
    static func start(_ nodes: [TestNode]) async throws {
        for node in nodes { try node.network.start() }
        let members = try nodes.map { node in
            PeerSet.Member(node.peer, at: .symmetric(try #require(node.network.address)))
        }
        for node in nodes { try await node.network.oracle.track(0, PeerSet(primary: members)) }
    }

    /// Waits until so many peers are connected.
    func connected(to count: Int) async {
        var open = Set<PeerID>()
        for await event in await network.oracle.connections {
            switch event {
            case .connected(let peer, _): open.insert(peer)
            case .disconnected(let peer, _): open.remove(peer)
            }
            if open.count == count { return }
        }
    }
}

/// Runs `body` on a runtime of its own; after it no task of it may be left.
func withRuntime(loops: Int = 2, _ body: @escaping @Sendable (Context) async throws -> Void) async throws {
    let runtime = try SystemRuntime(loops: loops, log: .silent)
    let context = runtime.context(named: "test")
    let failure = Lock<(any Error)?>(nil)
    let child = context.spawn("body", onFailure: .ignore) { context in
        do { try await body(context) } catch { failure.withLock { $0 = error } }
    }
    _ = await child.failure()
    await runtime.shutdown()
    if let error = failure.withLock({ $0 }) { throw error }
}
