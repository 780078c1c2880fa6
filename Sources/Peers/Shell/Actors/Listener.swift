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

    @inline(never)
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

    // What ``InboundSteps`` says of memory goes for these functions, too.

    /// Runs one handshake to its end; nil when a link came of it.
    @inline(never)
    private nonisolated func shake(
        _ stream: any ByteStream, _ connection: HandshakeStream, _ ip: IPAddress, _ context: Context
    ) async -> HandshakeRefusal? {
        do {
            let steps = try InboundSteps(parts, hello: await connection.readOpening())
            guard await parts.tracker.accepts(steps.peer, from: ip) else { return .unauthorised }
            let syn = try await connection.read(.syn)
            let heardAt = context.clock.now
            try await connection.write(answer(syn, steps, context))
            let ack = try await connection.read(.ack)
            return try await admit(steps, ack: ack, heardAt: heardAt, from: ip, stream, context)
        } catch let fault as HandshakeFault {
            return .fault(fault)
        } catch {
            return Task.isCancelled ? .timedOut : .closed
        }
    }

    @inline(never)
    private nonisolated func answer(
        _ syn: [UInt8], _ steps: InboundSteps, _ context: Context
    ) throws -> [UInt8] {
        let ephemeral = try EphemeralKey(secret: context.entropy.bytes(EphemeralKey.secretByteCount))
        return try steps.received(
            syn: syn, ephemeral: ephemeral, remembered: remembered, at: context.clock.wallTime)
    }

    /// The last frame has come.
    @inline(never)
    private nonisolated func admit(
        _ steps: InboundSteps, ack: [UInt8], heardAt: Instant, from ip: IPAddress,
        _ stream: any ByteStream, _ context: Context
    ) async throws -> HandshakeRefusal? {
        let keys = try steps.received(ack: ack)
        switch await parts.tracker.inboundProved(
            keys.peer, from: ip, synTime: keys.peerTime, heardAt: heardAt)
        {
        case .admitted(let reservation):
            await parts.spawner.open(stream, keys: keys, reservation: reservation, on: context.executor)
            return nil
        case .refused(let reason): return .reservation(reason)
        case .unauthorised: return .unauthorised
        }
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
