import CConclaveSystem
import ConclaveCodec
import ConclaveRuntime

/// One connection under way, on the loop where it began.
///
/// `@unchecked Sendable`: touched on its loop only, but for the reply, which is safe anywhere.
final class ConnectAttempt: EventSource, @unchecked Sendable {
    let reply = Reply<Result<SystemStream, HostFailure>>(.connection)

    private let loop: EventLoop
    private let address: SocketAddress
    private let unsentBytes: Int32
    /// The socket and its registration, while the kernel is connecting.
    private var socket: (descriptor: Int32, token: Poller.Token)?
    private var isOver = false

    init(to address: SocketAddress, on loop: EventLoop, unsentBytes: Int32) {
        self.address = address
        self.loop = loop
        self.unsentBytes = unsentBytes
    }

    /// Begins; on the loop.
    func start() {
        guard !isOver else { return }
        var target = conclave_address(address)
        let descriptor = unsafe conclave_connect(&target, unsentBytes)
        guard descriptor >= 0 else { return fail(HostFailure(descriptor, connectingTo: address)) }
        let token = loop.register(self)
        socket = (descriptor, token)
        do throws(HostFailure) {
            try loop.watch(descriptor, token, from: [], to: .writable)
        } catch {
            fail(error)
        }
    }

    /// Gives up; on the loop.
    func cancel() {
        fail(.cancelled)
    }

    func ready(_ events: PollEvents) {
        guard let (descriptor, token) = socket else { return }
        let code = conclave_connected(descriptor)
        guard code == 0 else { return fail(HostFailure(code, connectingTo: address)) }
        isOver = true
        socket = nil
        try? loop.watch(descriptor, token, from: .writable, to: [])
        loop.forget(token)
        let stream = SystemStream(descriptor, remote: address)
        // Dialling a free port of this machine may draw that very port as our own: TCP then connects us to
        // ourselves and keeps the port from whoever should listen there. Only the kernel knows: `address`
        // may be 0.0.0.0, which means this machine too.
        guard conclave_is_own_peer(descriptor) == 0 else {
            _ = reply.tell(.failure(.unreachable(address)))
            return
        }
        // If the caller was cancelled meanwhile, nobody takes the stream, and dropping it closes the
        // connection.
        reply.tell(.success(stream))
    }

    func abandoned() {
        if let socket { conclave_close(socket.descriptor) }
        socket = nil
        isOver = true
        reply.tell(.failure(.closed))
    }

    private func fail(_ failure: HostFailure) {
        isOver = true
        if let socket {
            conclave_close(socket.descriptor)
            loop.forget(socket.token)
        }
        socket = nil
        reply.tell(.failure(failure))
    }
}
