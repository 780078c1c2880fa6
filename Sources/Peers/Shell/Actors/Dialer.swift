import ConclaveCodec
import ConclaveCryptography
import ConclavePeersCore
import ConclavePrimitives
import ConclaveRuntime
import ConclaveTelemetry
import ConclaveTransport

/// Dials whom the Tracker names, at its pace: name, connection, handshake, and a link if the reservation
/// stood.
actor Dialer {
    private nonisolated let context: Context
    private nonisolated let parts: DoorParts
    private var placement: Placement

    nonisolated var unownedExecutor: UnownedSerialExecutor {
        unsafe context.executor.asUnownedSerialExecutor()
    }

    init(_ parts: DoorParts, context: Context) {
        self.parts = parts
        self.context = context
        placement = Placement(context.executors)
    }

    /// Dials until the task is cancelled.
    func run() async {
        while let order = await parts.tracker.nextDial() { dial(order) }
    }

    private func dial(_ order: consuming DialOrder) {
        let executor = placement.next()
        let deadline = context.clock.now.advanced(by: parts.configuration.dialTimeout)
        let peer = order.reservation.peer, ingress = order.ingress
        let handoff = Handoff(order)
        context.spawn("dial-\(peer.short)", on: executor, deadline: deadline, onFailure: .ignore) {
            [self] context in
            guard let order = handoff.take() else { return }
            let outcome = await attempt(order, context)
            parts.counters.dialed(outcome)
            if let result = outcome.ofAddress { await parts.tracker.dialed(peer, at: ingress, result) }
            context.log.debug("dialed", ["peer": "\(peer)", "outcome": .text(outcome.name)])
        }
    }

    private nonisolated func attempt(_ order: consuming DialOrder, _ context: Context) async -> DialOutcome {
        do throws(HostFailure) {
            let stream = try await connect(order.ingress, context)
            return await shake(stream, order.reservation, context)
        } catch {
            return .unreachable(error)
        }
    }

    // MARK: Connection

    private nonisolated func connect(_ ingress: Ingress, _ context: Context) async throws(HostFailure)
        -> any ByteStream
    {
        var failure = HostFailure.cancelled
        for address in try await addresses(of: ingress, context) {
            do throws(HostFailure) {
                return try await context.network.connect(to: address, on: context.executor)
            } catch {
                failure = error
            }
        }
        throw failure
    }

    /// Where `ingress` is now: names are resolved anew, the answers shuffled, private addresses left out
    /// unless allowed.
    private nonisolated func addresses(of ingress: Ingress, _ context: Context) async throws(HostFailure)
        -> [SocketAddress]
    {
        switch ingress {
        case .socket(let address): return permitted([address])
        case .name(let host, let port):
            var random = context.entropy.generator()
            let answers = try await context.network.resolve(host)
            return permitted(answers.map { SocketAddress($0, port: port) }.shuffled(using: &random))
        }
    }

    private nonisolated func permitted(_ addresses: [SocketAddress]) -> [SocketAddress] {
        switch parts.configuration.privateAddresses {
        case .allowed: addresses
        case .refused: addresses.filter { !$0.ip.isPrivate }
        }
    }

    // MARK: Handshake

    private nonisolated func shake(
        _ stream: any ByteStream, _ reservation: consuming Reservation, _ context: Context
    ) async -> DialOutcome {
        guard await parts.tracker.connected(reservation.ticket) == .stands else {
            stream.close()
            return .replaced
        }
        let connection = HandshakeStream(stream, on: context.executor)
        do {
            let session = try await prove(reservation.peer, connection, context)
            guard
                await parts.tracker.dialProved(reservation.ticket, peerTime: session.keys.peerTime) == .stands
            else {
                stream.close()
                return .replaced
            }
            try await connection.write(session.output)
            await parts.spawner.open(
                stream, keys: session.keys, reservation: reservation, on: context.executor)
            return .connected
        } catch let fault as HandshakeFault {
            stream.close()
            return .refusedHandshake(fault)
        } catch {
            stream.close()
            return .closed
        }
    }

    private nonisolated func prove(
        _ peer: PeerID, _ connection: HandshakeStream, _ context: Context
    ) async throws -> DialerSession {
        await connection.attach()
        let ephemeral = try EphemeralKey(secret: context.entropy.bytes(EphemeralKey.secretByteCount))
        let handshake = try DialerHandshake.start(
            parts.identity, profile: parts.configuration.wire.profile(for: peer), listener: peer,
            ephemeral: ephemeral, at: context.clock.wallTime)
        try await connection.write(handshake.output)
        let reply = try await connection.read(.synAck)
        return try handshake.received(
            synAck: reply, limits: parts.configuration.handshakeLimits, at: context.clock.wallTime)
    }
}
