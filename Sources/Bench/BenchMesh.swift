import Conclave
import ConclavePrimitives
import ConclaveRuntime

/// The nodes of one process, each on sockets of its own, and each connected to each.
struct BenchMesh: Sendable {
    let nodes: [BenchNode]
    /// From the first node's start until the last link was open at both ends.
    let formed: Duration

    /// Longest wait for the links; many times what a loaded machine takes.
    private static let patience = Duration.seconds(120)

    /// Starts the nodes, in turn on the context's executors, and waits until all are connected.
    init(
        _ options: BenchOptions, channel: ChannelOptions? = nil, context: Context,
        change: (inout Profile) -> Void = { _ in }
    ) async throws {
        let start = context.clock.now
        let executors = context.executors
        nodes = try (0..<options.nodes).map { number in
            try BenchNode(
                seed: BenchNode.dialerKey(number), options, channel: channel,
                context: context.scope("node-\(number)", on: executors[number % executors.count]),
                change: change)
        }
        let members = try nodes.enumerated().map { number, node in
            PeerSet.Member(
                try SigningKey(seed: BenchNode.dialerKey(number)).publicKey,
                at: .symmetric(SocketAddress(.loopback, port: node.network.address?.port ?? 0)))
        }
        for node in nodes { try await node.network.oracle.track(0, PeerSet(primary: members)) }
        try await Self.connected(nodes, until: start.advanced(by: Self.patience), context)
        formed = start.duration(to: context.clock.now)
    }

    private static func connected(_ nodes: [BenchNode], until deadline: Instant, _ context: Context)
        async throws
    {
        let waiting = nodes.enumerated().map { number, node in
            context.spawn("wait-\(number)", deadline: deadline, onFailure: .ignore) { _ in
                guard await node.opened(nodes.count - 1) else {
                    throw RoundFailed(description: "node \(number) was not connected to all")
                }
            }
        }
        for child in waiting { if let error = await child.failure() { throw error } }
    }

    /// Ends the nodes.
    func shutdown() async {
        for node in nodes { await node.network.shutdown(within: .zero) }
    }
}
