import CConclaveSystem
public import ConclaveCodec
import ConclavePrimitives
public import ConclaveRuntime

/// The kernel's TCP. Its executors must be ``EventLoop``s.
public final class SystemNetwork: Network {
    /// Connections that may wait in the kernel to be accepted; it cuts this down to `net.core.somaxconn`.
    private static let backlog: Int32 = 4_096

    private let resolver = Resolver()
    private let unsentBytes: Int32

    /// What a link seals ahead at once. With it a link has at most twice as much in the kernel that could
    /// have been sent and was not, where the kernel alone lets megabytes gather; no cost in throughput was
    /// measured from 64 B to 1 MiB.
    public static let unsentBytes = 65_536

    /// - Parameter unsentBytes: how much may wait unsent in one connection's kernel buffer before it counts
    ///   as full (`TCP_NOTSENT_LOWAT`), `1...2^31 − 1`. Less makes what is urgent wait behind less. Nil
    ///   leaves it to the kernel.
    public init(unsentBytes: Int? = SystemNetwork.unsentBytes) {
        self.unsentBytes = unsentBytes.map { Int32(clamping: max(1, $0)) } ?? 0
    }

    public func listen(
        on address: SocketAddress,
        executor: any RuntimeExecutor
    ) throws(HostFailure) -> any Acceptor {
        var target = conclave_address(address)
        let descriptor = unsafe conclave_listen(&target, Self.backlog)
        guard descriptor >= 0 else { throw HostFailure(descriptor, listeningOn: address) }
        let loop = EventLoop.required(executor)
        return SystemAcceptor(descriptor, address: address, on: loop, unsentBytes: unsentBytes)
    }

    public func connect(
        to address: SocketAddress,
        on executor: any RuntimeExecutor
    ) async throws(HostFailure) -> any ByteStream {
        guard !Task.isCancelled else { throw .cancelled }
        let loop = EventLoop.required(executor)
        let attempt = ConnectAttempt(to: address, on: loop, unsentBytes: unsentBytes)
        loop.perform { attempt.start() }
        let answer = await attempt.reply.answer(ifCancelled: .failure(.cancelled)) {
            loop.perform { attempt.cancel() }  // the socket is closed on its loop
        }
        return try answer.get()
    }

    /// A name that ends in a number is unknown: what was meant is an address, and resolvers read some of them
    /// (`10.1`, `0x7f.1`) as one that nobody wrote.
    public func resolve(_ host: HostName) async throws(HostFailure) -> [IPAddress] {
        guard !host.endsInNumber else { throw .unknownHost(host) }
        return try await resolver.addresses(of: host)
    }

    /// Ends the resolver's threads.
    func close() {
        resolver.close()
    }
}
