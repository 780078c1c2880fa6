internal import ConclaveCryptography
internal import ConclaveFuzzing
internal import ConclavePrimitives
internal import ConclaveTransport

/// Those who have keys, in one network.
struct People {
    let dialer, listener, attacker: HandshakeIdentity

    /// What a listener of another time speaks: one bit makes the one version the other.
    static let served: [WireProfile] = [.commonware, .native(version: 1), .native(version: 3)]

    /// Made once: keys cost more than a handshake's bytes.
    static let known = Result { () throws(Finding) in try People() }

    private init() throws(Finding) {
        dialer = try Self.identity(1)
        listener = try Self.identity(2)
        attacker = try Self.identity(3)
    }

    private static func identity(_ seed: UInt8) throws(Finding) -> HandshakeIdentity {
        do {
            return HandshakeIdentity(
                key: try SigningKey(seed: [UInt8](repeating: seed, count: SigningKey.seedByteCount)),
                namespace: try Namespace("_FUZZ"))
        } catch {
            throw Finding("a key of our own is refused: \(error)")
        }
    }

    func dial(
        _ who: HandshakeIdentity, _ whom: HandshakeIdentity, _ profile: WireProfile, secret: [UInt8],
        at now: WallTime
    ) throws(Finding) -> DialerHandshake {
        do {
            return try .start(
                who, profile: profile, listener: whom.key.publicKey, ephemeral: EphemeralKey(secret: secret),
                at: now)
        } catch {
            throw Finding("nothing can be dialled: \(error)")
        }
    }

    /// What a listener does with the bytes that open a handshake.
    func answer(
        _ opening: [UInt8], by listener: HandshakeIdentity, secret: [UInt8], _ remembered: SynCache,
        at now: WallTime
    ) throws(HandshakeFault) -> ListenerConfirmation {
        guard let first = opening.first else { throw .frameSize(.hello) }
        let helloBytes = try HandshakeFrame.opening(with: first).byteCount
        let handshake = try ListenerHandshake(
            listener, hello: Array(opening.prefix(helloBytes)), serving: Self.served)
        guard let ephemeral = try? EphemeralKey(secret: secret) else { throw .unusableEphemeralKey }
        return try handshake.received(
            syn: Array(opening.dropFirst(helloBytes)), ephemeral: ephemeral, limits: .standard,
            remembered: remembered, at: now)
    }
}
