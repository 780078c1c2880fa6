internal import ConclaveCodec
public import ConclaveCryptography
public import ConclavePrimitives

/// The listener's side: learns who wants in. Whoever is not wanted is turned away here, before any
/// public-key operation is spent on him.
public struct ListenerHandshake: ~Copyable, Sendable {
    /// Who the dialer says it is; not proved before the end.
    public let peer: PublicKey
    /// What the dialer wants to speak, by the length and version of its first frame.
    public let profile: WireProfile
    private let identity: HandshakeIdentity

    /// Bytes of the dialer's first frame in the `commonware` profile, to be read exactly.
    /// ``HandshakeFrame/opening(with:)`` tells from the first of them whether it is that profile.
    public static let helloBytes = HandshakeFrame.hello.byteCount
    /// Bytes of its second.
    public static let synBytes = HandshakeFrame.syn.byteCount

    /// The first frame arrived.
    ///
    /// - Parameter served: the profiles and versions that this listener speaks. Any other is not answered: a
    ///   listener that offered something else instead would let anyone in between choose for both.
    /// - Throws: ``HandshakeFault/ownKey`` for a connection to ourselves, or our own frames reflected;
    ///   ``HandshakeFault/profileNotServed(_:)``.
    public init(
        _ identity: HandshakeIdentity, hello frame: [UInt8],
        serving served: [WireProfile] = WireProfile.spoken
    ) throws(HandshakeFault) {
        let (profile, claimed) = try Self.opening(frame)
        guard served.contains(profile) else { throw .profileNotServed(profile) }
        guard claimed != identity.key.publicKey else { throw .ownKey }
        peer = claimed
        self.profile = profile
        self.identity = identity
    }

    private static func opening(_ frame: [UInt8]) throws(HandshakeFault) -> (WireProfile, PublicKey) {
        if let first = frame.first, try HandshakeFrame.opening(with: first) == .versionedHello {
            let hello = try HandshakeFrame.versionedHello.value(in: frame, as: VersionedKey.self)
            return (.native(version: hello.version), hello.key)
        }
        return (.commonware, try HandshakeFrame.hello.value(in: frame, as: PublicKey.self))
    }

    /// The dialer proposed: checks its time, that the Syn is new, and its signature, in that order, and
    /// answers.
    ///
    /// - Parameters:
    ///   - ephemeral: made from fresh entropy, for this handshake alone.
    ///   - remembered: the Syns accepted so far, one cache for the whole node; this one joins them.
    public consuming func received(
        syn frame: [UInt8], ephemeral: consuming EphemeralKey, limits: HandshakeLimits, remembered: SynCache,
        at now: WallTime
    ) throws(HandshakeFault) -> ListenerConfirmation {
        let syn = try HandshakeFrame.syn.value(in: frame, as: Syn.self)
        try limits.check(syn.time, at: now)
        guard !remembered.contains(peer, syn.ephemeral) else { throw .replayedSyn }
        var transcript = HandshakeTranscript(identity, profile)
        let heard = transcript.dialed(
            listener: identity.key.publicKey, at: syn.time, ephemeral: syn.ephemeral)
        guard peer.verifiesTranscript(syn.signature, summary: heard) else { throw .badSignature }
        let expiry = syn.time.advanced(by: limits.maxHandshakeAge)
        guard remembered.insert(peer, syn.ephemeral, until: expiry, at: now) else { throw .replayedSyn }

        let said = transcript.answered(dialer: peer, at: now, ephemeral: ephemeral.publicKey)
        let answer = Syn(
            time: now, ephemeral: ephemeral.publicKey,
            signature: identity.key.signTranscript(summary: said))
        try transcript.agree(ephemeral, with: syn.ephemeral)
        let reply = SynAck(syn: answer, confirmation: transcript.confirmation(.listenerToDialer))
        return ListenerConfirmation(
            output: HandshakeFrame.synAck.framing(reply), peer: peer, synTime: syn.time,
            profile: profile, transcript: transcript)
    }
}
