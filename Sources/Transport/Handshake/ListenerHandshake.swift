internal import ConclaveCodec
public import ConclaveCryptography
public import ConclavePrimitives

/// The listener's side: learns who wants in. Whoever is not wanted is turned away here, before any public-key
/// operation is spent on him.
public struct ListenerHandshake: ~Copyable, Sendable {
    /// Who the dialer says it is; not proved before the end.
    public let peer: PublicKey
    private let identity: HandshakeIdentity

    /// Bytes of the dialer's first frame, to be read exactly.
    public static let helloBytes = HandshakeFrame.hello.byteCount
    /// Bytes of its second.
    public static let synBytes = HandshakeFrame.syn.byteCount

    /// The first frame arrived.
    ///
    /// - Throws: ``HandshakeFault/ownKey`` for a connection to ourselves, or our own frames reflected.
    public init(_ identity: HandshakeIdentity, hello frame: [UInt8]) throws(HandshakeFault) {
        let claimed = try HandshakeFrame.hello.value(in: frame, as: PublicKey.self)
        guard claimed != identity.key.publicKey else { throw .ownKey }
        peer = claimed
        self.identity = identity
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
        var transcript = HandshakeTranscript(identity)
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
            transcript: transcript)
    }
}
