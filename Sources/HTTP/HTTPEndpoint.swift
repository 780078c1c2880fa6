public import ConclaveCodec
public import ConclavePeers
import ConclavePrimitives
public import ConclaveRuntime

/// Shows one node to operators and programs over HTTP: ``Page`` says what, read only.
///
/// The order is construct, ``start()``, ``shutdown()``. What is shown is a snapshot that a task of the node
/// takes every ``HTTPLimits/freshness``; clients are served from it by a thread that never waits for the
/// node, and the node never waits for a client.
public final class HTTPEndpoint: Sendable {
    private let network: PeerNetwork
    private let board: Board
    private let listening: HTTPListening

    /// - Parameters:
    ///   - listen: port 0 takes a free one.
    ///   - context: its tasks will live in a scope below.
    public init(
        _ listen: SocketAddress, reach: HTTPReach = .loopback, limits: HTTPLimits = HTTPLimits(),
        showing network: PeerNetwork, of node: NodeDescription, context: Context
    ) {
        self.network = network
        board = Board(node, metrics: context.metrics, patience: limits.patience, at: context.clock.now)
        listening = HTTPListening(listen, reach: reach, limits: limits, context: context.scope("http"))
    }

    /// Listens, and answers from now on. Once.
    public func start() throws(HTTPFault) {
        let clock = listening.context.clock
        let respond: @Sendable (String, String) -> Answer = { [board] path, method in
            guard let page = Page(rawValue: path) else { return .notFound }
            guard method == "GET" || method == "HEAD" else { return .notAllowed }
            return board.answer(page, at: clock.now)
        }
        try listening.start(.board(respond)) { [board, network] context in
            board.publish(await network.snapshot(), at: context.clock.now)
        }
    }

    /// What ails the node beside its network, in words for people, from now on; empty if nothing does. It
    /// stands among the reasons of `/health`.
    public func tell(ailments: [String]) { board.tell(ailments: ailments) }

    /// Where it listens, with the port that was taken; nil unless it runs.
    public var address: SocketAddress? { listening.daemon?.address }

    /// Closes every connection and ends the thread and the task. Called again, it does nothing.
    public func shutdown() async { await listening.shutdown() }
}
