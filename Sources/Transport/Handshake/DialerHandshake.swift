internal import ConclaveCodec
public import ConclaveCryptography
public import ConclavePrimitives

/// The dialer's side: says who it is and proposes, then awaits the answer.
public struct DialerHandshake: ~Copyable, Sendable {
    /// The first two frames, to be sent at once.
    public let output: [UInt8]
    private let dialer, listener: PublicKey
    private let profile: WireProfile
    private let ephemeral: EphemeralKey
    private var transcript: HandshakeTranscript

    /// Bytes of the answer, to be read exactly.
    public static let replyBytes = HandshakeFrame.synAck.byteCount

    /// - Parameters:
    ///   - profile: what the connection shall speak. The listener takes it or closes; there is no second
    ///     best.
    ///   - ephemeral: made from fresh entropy, for this handshake alone.
    /// - Throws: ``HandshakeFault/ownKey`` if `listener` is ourselves.
    public static func start(
        _ identity: HandshakeIdentity, profile: WireProfile = .commonware, listener: PublicKey,
        ephemeral: consuming EphemeralKey, at now: WallTime
    ) throws(HandshakeFault) -> DialerHandshake {
        let publicKey = identity.key.publicKey
        guard listener != publicKey else { throw .ownKey }
        var transcript = HandshakeTranscript(identity, profile)
        let summary = transcript.dialed(listener: listener, at: now, ephemeral: ephemeral.publicKey)
        let syn = Syn(
            time: now, ephemeral: ephemeral.publicKey,
            signature: identity.key.signTranscript(summary: summary))
        return DialerHandshake(
            output: opening(profile, publicKey) + HandshakeFrame.syn.framing(syn),
            profile: profile, dialer: publicKey, listener: listener, ephemeral: ephemeral,
            transcript: transcript)
    }

    private static func opening(_ profile: WireProfile, _ key: PublicKey) -> [UInt8] {
        switch profile {
        case .commonware: profile.opening.framing(key)
        case .native(let version): profile.opening.framing(VersionedKey(version: version, key: key))
        }
    }

    private init(
        output: [UInt8], profile: WireProfile, dialer: PublicKey, listener: PublicKey,
        ephemeral: consuming EphemeralKey, transcript: HandshakeTranscript
    ) {
        self.output = output
        self.profile = profile
        self.dialer = dialer
        self.listener = listener
        self.ephemeral = ephemeral
        self.transcript = transcript
    }

    /// The listener answered: checks its time, its signature and that it knows the secret, in that order.
    public consuming func received(
        synAck frame: [UInt8], limits: HandshakeLimits, at now: WallTime
    ) throws(HandshakeFault) -> DialerSession {
        let reply = try HandshakeFrame.synAck.value(in: frame, as: SynAck.self)
        try limits.check(reply.syn.time, at: now)
        var transcript = transcript
        let summary = transcript.answered(dialer: dialer, at: reply.syn.time, ephemeral: reply.syn.ephemeral)
        guard listener.verifiesTranscript(reply.syn.signature, summary: summary) else { throw .badSignature }
        try transcript.agree(ephemeral, with: reply.syn.ephemeral)
        guard reply.confirmation.matches(transcript.confirmation(.listenerToDialer)) else {
            throw .badConfirmation
        }
        return DialerSession(
            output: HandshakeFrame.ack.framing(transcript.confirmation(.dialerToListener)),
            keys: SessionKeys(
                sealing: SealingKey(key: transcript.key(.dialerToListener)),
                opening: OpeningKey(key: transcript.key(.listenerToDialer)),
                peer: listener, peerTime: reply.syn.time, profile: profile))
    }
}

/// The dialer's end of a handshake: keys that are good as soon as the last frame is sent.
@frozen
public struct DialerSession: ~Copyable, Sendable {
    /// The last frame, to be sent before any record.
    public let output: [UInt8]
    public var keys: SessionKeys
}
