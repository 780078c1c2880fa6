import ConclaveCodec
import ConclavePrimitives
import ConclaveRuntime

/// The life of a daemon below a scope: it listens, does something now and then, and ends with the scope.
final class HTTPListening: Sendable {
    private enum Phase: Sendable {
        case new
        case running(HTTPDaemon)
        case ended
    }

    private let listen: SocketAddress
    private let reach: HTTPReach
    private let limits: HTTPLimits
    let context: Context
    private let phase = Lock(Phase.new)

    /// - Parameter context: its tasks live in this scope, which it shuts down.
    init(_ listen: SocketAddress, reach: HTTPReach, limits: HTTPLimits, context: Context) {
        self.listen = listen
        self.reach = reach
        self.limits = limits
        self.context = context
    }

    /// Listens, and answers from now on. Once.
    ///
    /// - Parameter turn: done every ``HTTPLimits/freshness``.
    func start(
        _ responder: HTTPDaemon.Responder, turn: @escaping @Sendable (Context) async -> Void
    ) throws(HTTPFault) {
        guard reach == .anywhere || listen.ip.isLoopback else { throw .notLoopback(listen) }
        guard case .new = phase.withLock({ $0 }) else { throw .closed }
        let daemon = try HTTPDaemon(listen, limits: limits, responder: responder) { [clock = context.clock] in
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
        let child = context.spawn("board") { [freshness = limits.freshness] context in
            // The thread must not outlive the scope, whoever ends it.
            defer { daemon.stop() }
            while true {
                await turn(context)
                daemon.endOverdue()
                try await context.sleep(for: freshness)
            }
        }
        if !child.hasStarted {  // we are shutting down
            phase.withLock { $0 = .ended }
            daemon.stop()
            throw .closed
        }
    }

    /// Nil unless it runs.
    var daemon: HTTPDaemon? {
        guard case .running(let daemon) = phase.withLock({ $0 }) else { return nil }
        return daemon
    }

    /// Closes every connection and ends the thread and the tasks. Called again, it does nothing.
    func shutdown() async {
        phase.withLock { $0 = .ended }
        await context.shutdown()
    }
}
