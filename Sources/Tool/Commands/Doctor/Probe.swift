import ConclaveCodec
import ConclaveCryptography
import ConclaveLocalnet
import ConclavePeers
import ConclavePrimitives
import ConclaveRuntime
import ConclaveTransport

/// Does the real handshake with a validator, up to its proof.
///
/// Our last frame is not sent: with it the peer would have a link to us, in the place of the one that a
/// running node with this key has.
struct Probe: Sendable {
    /// For name, connection and handshake: production gives a handshake five seconds.
    static let patience = Duration.seconds(6)
    /// Between naming our key and proving it. Who closes meanwhile does not want that key, or our address;
    /// who closes later does not believe the proof. Longer than any round trip on Earth.
    private static let pause = Duration.seconds(1)
    /// Any time is taken: how wrong it is, is what we want to know.
    private static let limits = HandshakeLimits(
        maxHandshakeAge: .seconds(1 << 33), synchronyBound: .seconds(1 << 33))

    let identity: HandshakeIdentity
    let context: Context

    /// Tries one validator.
    func validator(_ validator: Genesis.Validator) async -> ProbeOutcome {
        let outcome = Lock(ProbeOutcome.timedOut)
        let deadline = context.clock.now.advanced(by: Self.patience)
        let trial = context.spawn("probe", deadline: deadline, onFailure: .ignore) { context in
            let result = await attempt(validator, context)
            if !Task.isCancelled { outcome.withLock { $0 = result } }
        }
        await trial.ended()
        return outcome.withLock { $0 }
    }

    private func attempt(_ validator: Genesis.Validator, _ context: Context) async -> ProbeOutcome {
        let addresses: [SocketAddress]
        switch validator.address {
        case .socket(let socket): addresses = [socket]
        case .name(let host, let port):
            do throws(HostFailure) {
                addresses = try await context.network.resolve(host).map { SocketAddress($0, port: port) }
            } catch {
                return .unresolved(LocalnetFailure(error).message)
            }
        }
        var outcome = ProbeOutcome.unresolved("\(validator.address) has no address")
        for address in addresses {
            outcome = await attempt(validator.publicKey, at: address, context)
            if case .answered = outcome { break }
        }
        return outcome
    }

    private func attempt(
        _ key: PublicKey, at address: SocketAddress, _ context: Context
    ) async -> ProbeOutcome {
        do throws(HostFailure) {
            let stream = try await context.network.connect(to: address, on: context.executor)
            defer { stream.close() }
            return await shake(key, at: address, HandshakeStream(stream, on: context.executor), context)
        } catch {
            switch error {
            case .unreachable: return .unreachable(address)
            case .cancelled: return .timedOut
            default: return .failed(LocalnetFailure(error).message)
            }
        }
    }

    private func shake(
        _ key: PublicKey, at address: SocketAddress, _ connection: HandshakeStream, _ context: Context
    ) async -> ProbeOutcome {
        var hasProved = false
        do {
            await connection.attach()
            // Made twice, because the time in it is that of the proof.
            try await connection.write(Array(try start(key, context).output.prefix(Self.helloBytes)))
            guard await isOpen(connection, context) else { return .closedOnName }
            let handshake = try start(key, context)
            let (sentAt, sentTime) = (context.clock.now, context.clock.wallTime)
            try await connection.write(Array(handshake.output.dropFirst(Self.helloBytes)))
            hasProved = true
            let reply = try await connection.read(.synAck)
            let roundTrip = sentAt.duration(to: context.clock.now)
            let session = try handshake.received(
                synAck: reply, limits: Self.limits, at: context.clock.wallTime)
            let middle = sentTime.advanced(by: roundTrip / 2)
            return .answered(
                at: address, clockAhead: Self.distance(from: middle, to: session.keys.peerTime),
                roundTrip: roundTrip)
        } catch let fault as HandshakeFault {
            return .wrongAnswer(fault)
        } catch {
            return hasProved ? .closedOnProof : .closedOnName
        }
    }

    private static let helloBytes = HandshakeFrame.hello.byteCount

    private func start(_ key: PublicKey, _ context: Context) throws -> DialerHandshake {
        let ephemeral = try EphemeralKey(secret: context.entropy.bytes(EphemeralKey.secretByteCount))
        return try DialerHandshake.start(
            identity, listener: key, ephemeral: ephemeral, at: context.clock.wallTime)
    }

    /// Whether nothing is said for a while: a listener waits for our proof without a word.
    private func isOpen(_ connection: HandshakeStream, _ context: Context) async -> Bool {
        let isClosed = Lock(false)
        let deadline = context.clock.now.advanced(by: Self.pause)
        let watch = context.spawn("watch", deadline: deadline, onFailure: .ignore) { _ in
            do {
                _ = try await connection.read(1)
            } catch StreamEnd.failed(.cancelled) {
                return
            } catch {}
            isClosed.withLock { $0 = true }
        }
        await watch.ended()
        return !isClosed.withLock { $0 }
    }

    static func distance(from early: WallTime, to late: WallTime) -> Duration {
        late >= early
            ? .milliseconds(Int64(clamping: late.milliseconds - early.milliseconds))
            : .zero - .milliseconds(Int64(clamping: early.milliseconds - late.milliseconds))
    }
}
