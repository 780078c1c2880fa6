import ConclaveCodec
import ConclaveCryptography
import ConclavePeersCore
import ConclavePrimitives
import ConclaveRuntime
import ConclaveTelemetry
import ConclaveTransport

/// Accepts connections, turns strangers away before any cryptography, and runs the handshake of who may be a
/// peer.
actor Listener {
    /// Before accepting again after a failure.
    private static let pause = Duration.milliseconds(100)

    private nonisolated let context: Context
    private nonisolated let parts: DoorParts
    private nonisolated let remembered: SynCache
    private var admission: Admission
    private var placement: Placement

    nonisolated var unownedExecutor: UnownedSerialExecutor {
        unsafe context.executor.asUnownedSerialExecutor()
    }

    init(_ parts: DoorParts, context: Context) {
        self.parts = parts
        self.context = context
        placement = Placement(context.executors)
        admission = Admission(configuration: parts.configuration)
        remembered = SynCache(capacity: parts.configuration.rememberedSyns)
    }

    /// Accepts until the task is cancelled or the acceptor closed.
    func run(_ acceptor: any Acceptor) async {
        defer { acceptor.close() }
        while true {
            do throws(HostFailure) {
                try await receive(acceptor.accept())
            } catch {
                switch error {
                case .cancelled, .closed: return
                default:
                    context.log.warning("cannot accept", ["error": "\(error)"])
                    // What lasts must not become a hot loop.
                    do throws(Cancelled) { try await context.sleep(for: Self.pause) } catch { return }
                }
            }
        }
    }

    private func receive(_ stream: any ByteStream) async {
        let ip = stream.remoteAddress.ip
        let isForwarded = parts.configuration.proxyNetworks.contains { $0.contains(ip) }
        let verdict =
            isForwarded
            ? admission.arrivedThroughProxy()
            : admission.arrived(
                from: ip, peersExpected: await parts.tracker.peersExpected(from: ip), at: context.clock.now)
        if case .refused(let reason) = verdict {
            stream.close()
            parts.counters.refused(.admission(reason))
            context.log.trace("turned away", ["ip": "\(ip)", "reason": .text(reason.rawValue)])
            return
        }
        let executor = placement.next()
        let deadline = context.clock.now.advanced(by: parts.configuration.handshakeTimeout)
        context.spawn("handshake", on: executor, deadline: deadline, onFailure: .ignore) { [self] context in
            let connection = HandshakeStream(stream, on: context.executor)
            await connection.attach()
            let origin = isForwarded ? await origin(of: connection, from: ip) : .known(ip)
            switch origin {
            case .known(let ip):
                if let refusal = await shake(stream, connection, ip, context) {
                    turnAway(stream, ip, refusal, context)
                }
            case .refused(let refusal): turnAway(stream, ip, refusal, context)
            }
            await ended()
        }
    }

    /// The quotas are those of `profile` from now on.
    func changeQuotas(to profile: Profile) {
        admission.changeQuotas(to: profile)
    }

    private nonisolated func turnAway(
        _ stream: any ByteStream, _ ip: IPAddress, _ refusal: HandshakeRefusal, _ context: Context
    ) {
        stream.close()
        parts.counters.refused(refusal)
        context.log.debug("handshake refused", ["ip": "\(ip)", "reason": .text(refusal.name)])
    }

    private func ended() {
        admission.ended()
    }

    // MARK: Behind a proxy

    private enum Origin: Sendable {
        case known(IPAddress)
        case refused(HandshakeRefusal)
    }

    /// Reads whom the proxy at `ip` speaks for, and whether that one may go on.
    private nonisolated func origin(of connection: HandshakeStream, from proxy: IPAddress) async -> Origin {
        do {
            var header = ProxyHeader(), step = ProxyHeader.firstStep
            while true {
                switch step {
                case .read(let count): step = try header.received(await connection.read(count))
                case .complete(let origin): return await admit(origin.address(orElse: proxy))
                }
            }
        } catch let fault as ProxyFault {
            return .refused(.proxy(fault))
        } catch {
            return .refused(Task.isCancelled ? .timedOut : .closed)
        }
    }

    private func admit(_ ip: IPAddress) async -> Origin {
        let expected = await parts.tracker.peersExpected(from: ip)
        let refusal = admission.named(ip, peersExpected: expected, at: context.clock.now)
        return refusal.map { .refused(.admission($0)) } ?? .known(ip)
    }

    // MARK: Handshake

    /// Runs one handshake to its end; nil when a link came of it.
    private nonisolated func shake(
        _ stream: any ByteStream, _ connection: HandshakeStream, _ ip: IPAddress, _ context: Context
    ) async -> HandshakeRefusal? {
        do {
            let handshake = try ListenerHandshake(
                parts.identity, hello: await connection.readOpening(),
                serving: parts.configuration.wire.served)
            guard await parts.tracker.accepts(handshake.peer, from: ip) else { return .unauthorised }
            let syn = try await connection.read(.syn)
            let heardAt = context.clock.now
            let keys = try await prove(handshake, syn, connection, context)
            switch await parts.tracker.inboundProved(
                keys.peer, from: ip, synTime: keys.peerTime, heardAt: heardAt)
            {
            case .admitted(let reservation):
                await parts.spawner.open(stream, keys: keys, reservation: reservation, on: context.executor)
                return nil
            case .refused(let reason): return .reservation(reason)
            case .unauthorised: return .unauthorised
            }
        } catch let fault as HandshakeFault {
            return .fault(fault)
        } catch {
            return Task.isCancelled ? .timedOut : .closed
        }
    }

    private nonisolated func prove(
        _ handshake: consuming ListenerHandshake, _ syn: [UInt8], _ connection: HandshakeStream,
        _ context: Context
    ) async throws -> SessionKeys {
        let ephemeral = try EphemeralKey(secret: context.entropy.bytes(EphemeralKey.secretByteCount))
        let confirmation = try handshake.received(
            syn: syn, ephemeral: ephemeral, limits: parts.configuration.handshakeLimits,
            remembered: remembered, at: context.clock.wallTime)
        try await connection.write(confirmation.output)
        let ack = try await connection.read(.ack)
        return try confirmation.received(ack: ack)
    }
}

extension ProxyHeader.Origin {
    /// The address to go by; `proxy` is the socket's own.
    fileprivate func address(orElse proxy: IPAddress) -> IPAddress {
        switch self {
        case .forwarded(let address): address.ip
        case .ownAddress: proxy
        }
    }
}
