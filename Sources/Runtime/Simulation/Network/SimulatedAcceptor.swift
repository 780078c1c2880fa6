import ConclaveCodec
import ConclaveRuntime

/// A port that is listened on, with the connections that wait to be accepted.
///
/// `@unchecked Sendable`: touched on the simulation's thread only.
final class SimulatedAcceptor: Acceptor, @unchecked Sendable {
    /// Connections that may wait; more are not answered.
    private static let backlog = 4_096

    let address: SocketAddress
    private let host: Host
    private var waiting: [SimulatedStream] = []
    private var caller: Reply<Result<SimulatedStream, HostFailure>>?
    private var isClosed = false

    init(address: SocketAddress, host: Host, executor: SimulatedExecutor) {
        self.address = address
        self.host = host
    }

    func accept() async throws(HostFailure) -> any ByteStream {
        let reply = Reply<Result<SimulatedStream, HostFailure>>(.connection)
        wanted(by: reply)
        let answer = await withTaskCancellationHandler {
            await reply.answer()
        } onCancel: {
            reply.tell(.failure(.cancelled))
        }
        return try answer.get()
    }

    func close() { shut() }

    // MARK: The kernel

    var hasRoom: Bool { !isClosed && waiting.count < Self.backlog }

    /// A connection has been made and waits to be accepted.
    func arrived(_ endpoint: Endpoint) {
        // Closed meanwhile: the stream is dropped, which ends the connection.
        guard !isClosed else { return endpoint.close() }
        waiting.append(SimulatedStream(endpoint))
        serve()
    }

    func shut() {
        guard !isClosed else { return }
        isClosed = true
        host.forget(self)
        waiting = []
        caller?.tell(.failure(.closed))
        caller = nil
    }

    private func wanted(by reply: Reply<Result<SimulatedStream, HostFailure>>) {
        guard !isClosed else {
            reply.tell(.failure(.closed))
            return
        }
        caller = reply
        serve()
    }

    private func serve() {
        guard let caller, let next = waiting.first else { return }
        self.caller = nil
        if caller.tell(.success(next)) { waiting.removeFirst() }
    }
}
