internal import ConclaveCryptography
internal import ConclavePrimitives

/// The listener's last step: the dialer must show that it knows the secret. Until then the Syn may be one
/// that somebody recorded and sent again.
public struct ListenerConfirmation: ~Copyable, Sendable {
    /// The answer, to be sent at once.
    public let output: [UInt8]
    private let peer: PublicKey
    private let synTime: WallTime
    private let profile: WireProfile
    private let transcript: HandshakeTranscript

    /// Bytes of the dialer's last frame, to be read exactly.
    public static let ackBytes = HandshakeFrame.ack.byteCount

    init(
        output: [UInt8], peer: PublicKey, synTime: WallTime, profile: WireProfile,
        transcript: HandshakeTranscript
    ) {
        self.output = output
        self.peer = peer
        self.synTime = synTime
        self.profile = profile
        self.transcript = transcript
    }

    /// The dialer confirmed: it is who it says, now.
    public consuming func received(ack frame: [UInt8]) throws(HandshakeFault) -> SessionKeys {
        let confirmation = try HandshakeFrame.ack.value(in: frame, as: Confirmation.self)
        guard confirmation.matches(transcript.confirmation(.dialerToListener)) else { throw .badConfirmation }
        return SessionKeys(
            sealing: SealingKey(key: transcript.key(.listenerToDialer)),
            opening: OpeningKey(key: transcript.key(.dialerToListener)),
            peer: peer, peerTime: synTime, profile: profile)
    }
}
