import ConclaveCodec
import ConclavePrimitives
import ConclaveRuntime

/// The network as one process sees it.
///
/// `@unchecked Sendable`: touched on the simulation's thread only.
final class SimulatedNetwork: Network, @unchecked Sendable {
    /// A name server takes at most so long.
    private static let answerNanoseconds: UInt64 = 20_000_000

    private let host: Host

    init(host: Host) {
        self.host = host
    }

    func listen(
        on address: SocketAddress, executor: any RuntimeExecutor
    ) throws(HostFailure) -> any Acceptor {
        let executor = SimulatedExecutor.required(executor)
        guard !executor.isGhost else { throw .closed }  // I13
        guard address.ip == host.ip || address.ip == .unspecifiedV4 else {
            throw .addressUnavailable(address)
        }
        guard let acceptor = host.listen(on: address.port, executor: executor) else {
            throw .addressInUse(address)
        }
        return acceptor
    }

    func connect(
        to address: SocketAddress, on executor: any RuntimeExecutor
    ) async throws(HostFailure) -> any ByteStream {
        guard !Task.isCancelled, !SimulatedExecutor.required(executor).isGhost else { throw .cancelled }
        let dial = Dial(from: host, to: address)
        dial.start()
        let answer = await withTaskCancellationHandler {
            await dial.reply.answer()
        } onCancel: {
            if dial.reply.tell(.failure(.cancelled)) { dial.cancel() }
        }
        return try answer.get()
    }

    func resolve(_ name: HostName) async throws(HostFailure) -> [IPAddress] {
        guard !Task.isCancelled else { throw .cancelled }
        let reply = Reply<Result<[IPAddress], HostFailure>>(.name)
        host.world.set(
            Occasion { [fabric = host.fabric] in
                let addresses = fabric.names[name] ?? []
                reply.tell(addresses.isEmpty ? .failure(.unknownHost(name)) : .success(addresses))
            }, after: host.fabric.random.upTo(Self.answerNanoseconds))
        let answer = await withTaskCancellationHandler {
            await reply.answer()
        } onCancel: {
            reply.tell(.failure(.cancelled))
        }
        return try answer.get()
    }
}

extension IPAddress {
    /// Listening there means: on every address of the machine.
    fileprivate static let unspecifiedV4 = IPAddress(v4: 0, 0, 0, 0)
}
