import ConclaveCodec
import ConclaveCryptography
import ConclavePeersCore
import ConclavePrimitives
import ConclaveRuntime
import ConclaveTestSockets
import ConclaveTransport
import Testing

@testable import ConclavePeers

struct ListenerTests {
    /// Fails in a way that waiting does not mend; closes after so many attempts, so that a loop without a
    /// pause ends.
    private final class BrokenAcceptor: Acceptor {
        static let attemptsMax = 1_000
        let address = SocketAddress(.loopback, port: 1)
        let attempts = Lock(0)

        func accept() async throws(HostFailure) -> any ByteStream {
            let attempt = attempts.withLock { attempts in
                attempts += 1
                return attempts
            }
            throw attempt < Self.attemptsMax ? .system(.accept, code: 1) : .closed
        }

        func close() {}
    }

    @Test func `A21 accepting that always fails is tried again now and then, not all the time`() throws {
        let world = try LinkWorld(options: [])
        let acceptor = BrokenAcceptor()
        let listener = try world.listener()
        Task(executorPreference: world.executor) { await listener.run(acceptor) }
        world.advance(by: .seconds(1))
        #expect((2...20).contains(acceptor.attempts.withLock { $0 }))
    }
}
