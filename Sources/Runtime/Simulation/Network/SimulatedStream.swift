import ConclaveCodec
import ConclaveRuntime

/// An end of a connection as an application holds it; dropping it closes the connection.
///
/// `@unchecked Sendable`: touched on the simulation's thread only.
final class SimulatedStream: ByteStream, @unchecked Sendable {
    private let endpoint: Endpoint

    init(_ endpoint: Endpoint) {
        self.endpoint = endpoint
    }

    deinit {
        endpoint.close()
    }

    var localAddress: SocketAddress { endpoint.localAddress }
    var remoteAddress: SocketAddress { endpoint.remoteAddress }

    func attach(_ owner: any StreamOwner, on executor: any RuntimeExecutor) {
        let executor = SimulatedExecutor.required(executor)
        precondition(executor.isCurrent, "a stream is attached on the loop where it will live")
        endpoint.attach(owner, on: executor, as: self)
    }

    func watch(_ interest: Readiness) { endpoint.watch(interest) }

    func read(into rest: UnsafeMutableRawBufferPointer, thenAtMost limit: Int) -> ReadOutcome {
        let scratch = unsafe endpoint.host.world.scratch.prefix(limit)
        return unsafe read(into: rest, then: UnsafeMutableRawBufferPointer(rebasing: scratch))
    }

    func fill(_ buffer: UnsafeMutableRawBufferPointer) -> ReadOutcome {
        unsafe read(into: buffer, then: UnsafeMutableRawBufferPointer(start: nil, count: 0))
    }

    private func read(
        into rest: UnsafeMutableRawBufferPointer, then shared: UnsafeMutableRawBufferPointer
    ) -> ReadOutcome {
        switch endpoint.readable(room: rest.count + shared.count) {
        case .failure(let end): return .ended(end)
        case .success(0): return .nothing
        case .success(let count):
            let direct = min(count, rest.count)
            let behind = unsafe UnsafeMutableRawBufferPointer(rebasing: shared.prefix(count - direct))
            if direct > 0 {
                unsafe endpoint.read(UnsafeMutableRawBufferPointer(rebasing: rest.prefix(direct)))
            }
            if count > direct { unsafe endpoint.read(behind) }
            endpoint.acknowledge(count)
            return unsafe .bytes(direct: direct, shared: behind)
        }
    }

    func write(_ buffers: UnsafeBufferPointer<UnsafeRawBufferPointer>) -> WriteOutcome {
        unsafe endpoint.write(buffers)
    }

    func finishWriting() { endpoint.finishWriting() }
    func close() { endpoint.close() }
}
