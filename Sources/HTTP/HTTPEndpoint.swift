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
    private enum Phase: Sendable {
        case new
        case running(HTTPDaemon)
        case ended
    }

    private let listen: SocketAddress
    private let reach: HTTPReach
    private let limits: HTTPLimits
    private let network: PeerNetwork
    private let context: Context
    private let board: Board
    private let phase = Lock(Phase.new)

    /// - Parameters:
    ///   - listen: port 0 takes a free one.
    ///   - context: its tasks will live in a scope below.
    public init(
        _ listen: SocketAddress, reach: HTTPReach = .loopback, limits: HTTPLimits = HTTPLimits(),
        showing network: PeerNetwork, of node: NodeDescription, context: Context
    ) {
        self.listen = listen
        self.reach = reach
        self.limits = limits
        self.network = network
        self.context = context.scope("http")
        board = Board(node, metrics: context.metrics, patience: limits.patience, at: context.clock.now)
    }

    /// Listens, and answers from now on. Once.
    public func start() throws(HTTPFault) {
        guard reach == .anywhere || listen.ip.isLoopback else { throw .notLoopback(listen) }
        guard case .new = phase.withLock({ $0 }) else { throw .closed }
        let daemon = try HTTPDaemon(listen, limits: limits, board: board) { [clock = context.clock] in
            clock.now
        }
        let isFirst = phase.withLock { phase in
            guard case .new = phase else { return false }
            phase = .running(daemon)
            return true
        }
        guard isFirst else {
            daemon.stop()
            throw .closed
        }
        let child = context.spawn("board") { [self] context in
            // The thread must not outlive the scope, whoever ends it.
            defer { daemon.stop() }
            while true {
                board.publish(await network.snapshot(), at: context.clock.now)
                daemon.endOverdue()
                try await context.sleep(for: limits.freshness)
            }
        }
        if !child.hasStarted {  // we are shutting down
            phase.withLock { $0 = .ended }
            daemon.stop()
            throw .closed
        }
    }

    /// Where it listens, with the port that was taken; nil unless it runs.
    public var address: SocketAddress? {
        guard case .running(let daemon) = phase.withLock({ $0 }) else { return nil }
        return daemon.address
    }

    /// Closes every connection and ends the thread and the task. Called again, it does nothing.
    public func shutdown() async {
        phase.withLock { $0 = .ended }
        await context.shutdown()
    }
}
