internal import ConclaveCodec
internal import ConclaveCryptography

/// The frames of a handshake: one of the two first ones, then the other three. Each has one length, so a
/// reader asks for exactly that many bytes.
public enum HandshakeFrame: Sendable, CaseIterable {
    /// Dialer: who I am, in the `commonware` profile. Goes out together with ``syn``.
    case hello
    /// Dialer: which version of the `native` profile I speak, and who I am.
    case versionedHello
    /// Dialer: time, ephemeral key, signature.
    case syn
    /// Listener: time, ephemeral key, signature, confirmation.
    case synAck
    /// Dialer: confirmation.
    case ack

    /// The first frame that begins with this byte: the two differ in their length, and so tell the profile.
    ///
    /// - Throws: ``HandshakeFault/frameSize(_:)`` for any other byte.
    public static func opening(with first: UInt8) throws(HandshakeFault) -> HandshakeFrame {
        for frame in [HandshakeFrame.hello, .versionedHello] where frame.canBegin(with: [first]) {
            return frame
        }
        throw .frameSize(.hello)
    }

    /// Bytes of the frame with its length in front.
    @inlinable
    public var byteCount: Int { prefix.count + payloadBytes }

    /// Whether what arrived so far can still become this frame. A frame of any other length shows in its
    /// first bytes.
    @inlinable
    public func canBegin(with bytes: some Collection<UInt8>) -> Bool {
        bytes.count <= byteCount && zip(bytes, prefix).allSatisfy { $0 == $1 }
    }

    @usableFromInline
    var payloadBytes: Int {
        switch self {
        case .hello: PublicKey.byteCount
        case .versionedHello: VersionedKey.byteCount
        case .syn: Syn.byteCount
        case .synAck: SynAck.byteCount
        case .ack: Confirmation.byteCount
        }
    }

    func framing(_ value: some WireValue) -> [UInt8] {
        prefix + value.encoded
    }

    /// The value in a frame that was received whole.
    func value<Value: WireValue>(in frame: [UInt8], as _: Value.Type = Value.self) throws(HandshakeFault)
        -> Value
    {
        guard frame.count == byteCount, canBegin(with: frame) else { throw .frameSize(self) }
        do {
            return try Value(decoding: Array(frame.dropFirst(prefix.count)))
        } catch {
            throw .frameSize(self)  // its fields are of fixed width: nothing else can be wrong
        }
    }

    /// The length, as every frame carries it.
    @usableFromInline
    var prefix: [UInt8] {
        var writer = Writer()
        writer.varint(UInt64(payloadBytes))
        return writer.bytes
    }
}
