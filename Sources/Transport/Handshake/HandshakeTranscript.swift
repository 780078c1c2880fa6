internal import ConclaveCodec
internal import ConclaveCryptography
internal import ConclavePrimitives

/// What both sides commit to, in the order of Docs/Wire.md. It binds the roles: what a dialer signs or
/// confirms is nowhere what a listener would.
struct HandshakeTranscript: Sendable {
    /// Who sends something: its keys and confirmations have a label of their own.
    enum Direction: String, Sendable {
        case dialerToListener = "d2l"
        case listenerToDialer = "l2d"
    }

    private var transcript: Transcript

    /// Each profile has a label of its own, and each version of the native one a first commitment: what was
    /// said in one of them is worth nothing in another.
    init(_ identity: HandshakeIdentity, _ profile: WireProfile) {
        let stream = Transcript(namespace: identity.streamNamespace.bytes)
        switch profile {
        case .commonware: transcript = stream.fork("_COMMONWARE_CRYPTOGRAPHY_HANDSHAKE")
        case .native(let version):
            transcript = stream.fork("_CONCLAVE_HANDSHAKE")
            transcript.commit([version])
        }
    }

    /// What the Syn signs.
    mutating func dialed(listener: PublicKey, at time: WallTime, ephemeral: EphemeralPublicKey) -> [UInt8] {
        commit(time)
        transcript.commit(listener.bytes)
        transcript.commit(ephemeral.bytes)
        return transcript.summary
    }

    /// What the SynAck signs.
    mutating func answered(dialer: PublicKey, at time: WallTime, ephemeral: EphemeralPublicKey) -> [UInt8] {
        transcript.commit(dialer.bytes)
        commit(time)
        transcript.commit(ephemeral.bytes)
        return transcript.summary
    }

    /// From here on the transcript is secret.
    ///
    /// - Throws: ``HandshakeFault/unusableEphemeralKey``.
    mutating func agree(
        _ own: consuming EphemeralKey, with other: EphemeralPublicKey
    ) throws(HandshakeFault) {
        do {
            transcript.commit(try own.sharedSecret(with: other))
        } catch {
            throw .unusableEphemeralKey
        }
    }

    func confirmation(_ direction: Direction) -> Confirmation {
        Confirmation(transcript.fork("confirmation_" + direction.rawValue))
    }

    func key(_ direction: Direction) -> [UInt8] {
        transcript.noise("cipher_" + direction.rawValue, count: SealingKey.byteCount)
    }

    private mutating func commit(_ time: WallTime) {
        var writer = Writer(capacity: 8)
        writer.integer(time.milliseconds)
        transcript.commit(writer.bytes)
    }
}
