package import ConclaveCodec
import ConclavePrimitives
package import ConclaveRuntime

/// A network whose other side is the test: who dials it is accepted, and whom it dials the test answers.
package final class FakeNetwork: Network {
    private struct State {
        var answersLeft = 0
        var dialed: [(address: SocketAddress, stream: FakeStream)] = []
        var acceptor: FakeAcceptor?
    }

    /// What one read of a stream brings at most.
    package static let scratchBytes = 65_536

    private let state = Lock(State())

    package init() {}

    package func listen(
        on address: SocketAddress, executor: any RuntimeExecutor
    ) throws(HostFailure) -> any Acceptor {
        let acceptor = FakeAcceptor(address)
        state.withLock { $0.acceptor = acceptor }
        return acceptor
    }

    package func connect(
        to address: SocketAddress, on executor: any RuntimeExecutor
    ) async throws(HostFailure) -> any ByteStream {
        let stream = state.withLock { state -> FakeStream? in
            guard state.answersLeft > 0 else { return nil }
            state.answersLeft -= 1
            let stream = FakeStream(scratchBytes: Self.scratchBytes)
            state.dialed.append((address, stream))
            return stream
        }
        guard let stream else { throw .unreachable(address) }
        return stream
    }

    package func resolve(_ host: HostName) async throws(HostFailure) -> [IPAddress] {
        throw .unknownHost(host)
    }

    // MARK: In the test's hands

    /// Lets so many more dials reach somebody; the others find nobody.
    package func answer(_ count: Int) {
        state.withLock { $0.answersLeft += count }
    }

    /// Who was dialled and has not been taken here.
    package func takeDialed() -> [(address: SocketAddress, stream: FakeStream)] {
        state.withLock { exchange(&$0.dialed, with: []) }
    }

    /// Lets `stream` be accepted; false if nobody listens.
    package func arrive(_ stream: FakeStream) -> Bool {
        state.withLock { $0.acceptor }?.arrive(stream) ?? false
    }
}

/// What listens on a ``FakeNetwork``.
private final class FakeAcceptor: Acceptor {
    private struct State {
        var arrived: [FakeStream] = []
        var waiter: Reply<Bool>?
        var isClosed = false
    }

    let address: SocketAddress
    private let state = Lock(State())

    init(_ address: SocketAddress) {
        self.address = address
    }

    func accept() async throws(HostFailure) -> any ByteStream {
        while true {
            if Task.isCancelled { throw .cancelled }
            let reply = Reply<Bool>(.connection)
            let next = state.withLock { state -> FakeStream? in
                if state.arrived.isEmpty {
                    state.waiter = reply
                    return nil
                }
                return state.arrived.removeFirst()
            }
            if let next { return next }
            if state.withLock({ $0.isClosed }) { throw .closed }
            guard await reply.answer(ifCancelled: false) else { throw .cancelled }
        }
    }

    func close() {
        let waiter = state.withLock { state in
            state.isClosed = true
            return exchange(&state.waiter, with: nil)
        }
        waiter?.tell(true)
    }

    func arrive(_ stream: FakeStream) -> Bool {
        let (isTaken, waiter) = state.withLock { state -> (Bool, Reply<Bool>?) in
            guard !state.isClosed else { return (false, nil) }
            state.arrived.append(stream)
            return (true, exchange(&state.waiter, with: nil))
        }
        waiter?.tell(true)
        return isTaken
    }
}
