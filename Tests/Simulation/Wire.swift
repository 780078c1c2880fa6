import ConclaveCodec
import ConclaveRuntime
import ConclaveSimulation
import Testing

/// An end of a connection in a test's hand: counts how often it is told, and reads when asked to or by
/// itself.
final class Probe: StreamOwner, @unchecked Sendable {  // on its simulation's thread only
    enum Habit {
        case readsAll, readsNothing
    }

    let stream: any ByteStream
    var habit: Habit
    private(set) var told: [Readiness] = []
    private(set) var received: [UInt8] = []
    private(set) var end: StreamEnd?

    init(_ stream: any ByteStream, _ habit: Habit = .readsNothing) {
        self.stream = stream
        self.habit = habit
    }

    func ready(_ readiness: Readiness) {
        told.append(readiness)
        if readiness.contains(.readable), habit == .readsAll { read() }
        if readiness.contains(.writable) { stream.watch(.readable) }
    }

    /// Reads once: at most `rest` bytes into a buffer of its own, what is more into the executor's.
    func read(rest: Int = 10) {
        let outcome = unsafe withUnsafeTemporaryAllocation(byteCount: rest, alignment: 1) { rest in
            let outcome = unsafe stream.read(into: rest)
            if case .bytes(let direct, let shared) = outcome {
                unsafe received.append(contentsOf: UnsafeRawBufferPointer(rest).prefix(direct))
                unsafe received.append(contentsOf: UnsafeRawBufferPointer(shared))
            }
            return outcome
        }
        if case .ended(let reason) = outcome { end = reason }
    }

    /// In two buffers.
    func write(_ bytes: [UInt8]) -> WriteOutcome {
        unsafe bytes.withUnsafeBytes { all in
            let half = all.count / 2
            let buffers = unsafe [
                UnsafeRawBufferPointer(rebasing: all[..<half]),
                UnsafeRawBufferPointer(rebasing: all[half...]),
            ]
            return unsafe buffers.withUnsafeBufferPointer { unsafe stream.write($0) }
        }
    }
}

/// Two nodes and a connection between them.
final class Wire {
    let simulation: Simulation
    let one: SimulatedNode, other: SimulatedNode
    let dialer: Probe, listener: Probe
    static let port: UInt16 = 80

    /// Buffers of exactly 10,000 bytes, and no surprises but for those asked for.
    static let plain = NetworkConditions(
        latency: .milliseconds(1)...(.milliseconds(1)), jitter: .zero, coalescing: .zero,
        bytesPerSecond: 1_000_000_000, bufferBytes: 10_000...10_000, splitsPerMillion: 0, lossesPerMillion: 0)

    init(seed: UInt64 = 1, _ conditions: NetworkConditions = plain) throws {
        simulation = Simulation(seed: seed, conditions: conditions)
        one = simulation.addNode("one")
        other = simulation.addNode("other")
        let streams = try Self.connect(simulation, one, other)
        dialer = Probe(streams.0)
        listener = Probe(streams.1)
        for (probe, node) in [(dialer, one), (listener, other)] {
            _ = try simulation.perform(on: node) { context in
                probe.stream.attach(probe, on: context.executor)
                return true
            }
        }
    }

    static func connect(
        _ simulation: Simulation, _ one: SimulatedNode, _ other: SimulatedNode
    ) throws -> (any ByteStream, any ByteStream) {
        let address = SocketAddress(other.ip, port: port)
        let accepted = Mailbox<any ByteStream>(capacity: 1, overflow: .refuseNewest)
        let dialed = Mailbox<any ByteStream>(capacity: 1, overflow: .refuseNewest)
        other.context.spawn("acceptor") { context in
            let acceptor = try context.network.listen(on: address, executor: context.executor)
            accepted.offer(try await acceptor.accept())
            acceptor.close()
        }
        one.context.spawn("dialer") { context in
            dialed.offer(try await context.network.connect(to: address, on: context.executor))
        }
        simulation.run(atMost: .seconds(5)) { accepted.count == 1 && dialed.count == 1 }
        return (try #require(dialed.poll()), try #require(accepted.poll()))
    }

    func pass(_ duration: Duration = .seconds(1)) { simulation.run(for: duration) }
}
