internal import Conclave
internal import ConclaveScenarios

/// Who has captured a validator: its connections, each told in advance what to say.
struct Intruder: Sendable {
    let tongue: Tongue

    /// Dials, shakes hands and speaks.
    func dial(_ intrusion: Intrusion, in context: Context) async throws {
        let victim = tongue.honest[intrusion.victim]
        let stream = try await LyingStream(to: victim.address, in: context)
        defer { stream.close() }
        let handshake = try DialerHandshake.start(
            identity(of: intrusion.caller), profile: intrusion.profile, listener: victim.key.publicKey,
            ephemeral: EphemeralKey(secret: context.entropy.bytes(EphemeralKey.secretByteCount)),
            at: context.clock.wallTime.advanced(by: intrusion.lateness))
        try await stream.send(intrusion.spoilings[0].spoiling(handshake.output))
        let last = try await stream.acknowledgement(of: handshake)
        try await stream.send(intrusion.spoilings[1].spoiling(last))
        try await speak(intrusion, over: stream, in: context)
    }

    /// Waits to be dialled where its validator listened. What comes first gets the first of `intrusions`, and
    /// when none is left nobody is answered.
    func listen(_ intrusions: IntrusionQueue, in context: Context) async throws {
        let acceptor = try context.network.listen(on: tongue.home, executor: context.executor)
        defer { acceptor.close() }
        while true {
            let accepted = try await acceptor.accept()
            guard let intrusion = intrusions.next() else {
                accepted.close()
                continue
            }
            context.spawn("host", onFailure: .ignore) { context in
                let stream = await LyingStream(accepted, in: context)
                defer { stream.close() }
                try await stream.answer(as: identity(of: intrusion.caller))
                try await speak(intrusion, over: stream, in: context)
            }
        }
    }

    private func identity(of caller: Intrusion.Caller) -> HandshakeIdentity {
        switch caller {
        case .member: HandshakeIdentity(key: tongue.member, namespace: tongue.namespace)
        case .stranger: HandshakeIdentity(key: tongue.stranger, namespace: tongue.namespace)
        }
    }

    private func speak(
        _ intrusion: Intrusion, over stream: LyingStream, in context: Context
    ) async throws {
        var last: [UInt8] = []
        for move in intrusion.moves {
            switch move {
            case .pause(let duration): try await context.sleep(for: duration)
            case .unsealed(let bytes): last = bytes
            case .record(let utterances, let flippedBit):
                last = try frames(utterances, flippedBit, of: intrusion, over: stream, in: context)
            case .again: break
            }
            if case .pause = move { continue }
            try await stream.send(last)
        }
        _ = await stream.isEnded(within: intrusion.patience)
    }

    /// One record in the native profile, one for each in the other.
    private func frames(
        _ utterances: [Utterance], _ flippedBit: Int?, of intrusion: Intrusion, over stream: LyingStream,
        in context: Context
    ) throws -> [UInt8] {
        let now = context.clock.wallTime
        let items = utterances.map {
            tongue.bytes($0, in: intrusion.profile, to: intrusion.victim, at: now)
        }
        let plaintexts = intrusion.profile == .commonware ? items : [items.flatMap(\.self)]
        return try plaintexts.flatMap { plaintext in
            try stream.record(flippedBit.map { plaintext.flipping($0) } ?? plaintext)
        }
    }
}

/// What waits for those who dial the attacker.
final class IntrusionQueue: Sendable {
    private let waiting = Lock<[Intrusion]>([])

    func add(_ intrusion: Intrusion) {
        waiting.withLock { $0.append(intrusion) }
    }

    func next() -> Intrusion? {
        waiting.withLock { $0.isEmpty ? nil : $0.removeFirst() }
    }
}
