import ConclaveCodec
import ConclaveCryptography
import ConclavePrimitives
import ConclaveTransport
import ConclaveVectors
import Testing

/// Both ends of the golden handshake, whose every byte is known.
struct HandshakePair {
    let dialer, listener: HandshakeIdentity
    let dialerTime, listenerTime: WallTime
    let profile: WireProfile
    let limits = HandshakeLimits.standard
    let remembered = SynCache(capacity: 16)
    private let dialerSecret, listenerSecret: [UInt8]

    init(_ profile: WireProfile = .commonware) throws {
        self.profile = profile
        let golden = try GoldenWire.read()
        let namespace = try Namespace(golden.namespace)
        let handshake = golden.handshake
        dialer = HandshakeIdentity(key: try Self.key(handshake.dialerSeed), namespace: namespace)
        listener = HandshakeIdentity(key: try Self.key(handshake.listenerSeed), namespace: namespace)
        dialerTime = WallTime(milliseconds: handshake.dialerTimeMs)
        listenerTime = WallTime(milliseconds: handshake.listenerTimeMs)
        dialerSecret = try #require(Hex.bytes(handshake.dialerEphemeralSecret))
        listenerSecret = try #require(Hex.bytes(handshake.listenerEphemeralSecret))
    }

    /// The same two sides with what a golden handshake of the `native` profile says.
    init(_ golden: GoldenNative.Handshake) throws {
        profile = .native(version: golden.version)
        let namespace = try Namespace(golden.namespace)
        dialer = HandshakeIdentity(key: try Self.key(golden.dialerSeed), namespace: namespace)
        listener = HandshakeIdentity(key: try Self.key(golden.listenerSeed), namespace: namespace)
        dialerTime = WallTime(milliseconds: golden.dialerTimeMs)
        listenerTime = WallTime(milliseconds: golden.listenerTimeMs)
        dialerSecret = try #require(Hex.bytes(golden.dialerEphemeralSecret))
        listenerSecret = try #require(Hex.bytes(golden.listenerEphemeralSecret))
    }

    /// The dialer's first step.
    func dial(_ identity: HandshakeIdentity? = nil, at time: WallTime? = nil) throws -> DialerHandshake {
        try .start(
            identity ?? dialer, profile: profile, listener: listener.key.publicKey,
            ephemeral: EphemeralKey(secret: dialerSecret), at: time ?? dialerTime)
    }

    /// The dialer's frames 1 and 2, apart.
    func opening(_ identity: HandshakeIdentity? = nil, at time: WallTime? = nil) throws -> (
        hello: [UInt8], syn: [UInt8]
    ) {
        let output = try dial(identity, at: time).output
        return (
            Array(output.prefix(profile.opening.byteCount)),
            Array(output.dropFirst(profile.opening.byteCount))
        )
    }

    /// The listener's two first steps.
    func answer(
        hello: [UInt8], syn: [UInt8], at time: WallTime? = nil, by identity: HandshakeIdentity? = nil,
        serving served: [WireProfile] = WireProfile.spoken
    ) throws -> ListenerConfirmation {
        try ListenerHandshake(identity ?? listener, hello: hello, serving: served)
            .received(
                syn: syn, ephemeral: EphemeralKey(secret: listenerSecret), limits: limits,
                remembered: remembered, at: time ?? listenerTime)
    }

    /// A Syn that is signed correctly over an ephemeral key of the test's choice.
    func synSigning(ephemeral: [UInt8]) throws -> [UInt8] {
        var time = Writer()
        time.integer(dialerTime.milliseconds)
        var transcript = Transcript(namespace: dialer.namespace.appending("_STREAM").bytes)
            .fork("_COMMONWARE_CRYPTOGRAPHY_HANDSHAKE")
        transcript.commit(time.bytes)
        transcript.commit(listener.key.publicKey.bytes)
        transcript.commit(ephemeral)
        let signature = dialer.key.signTranscript(summary: transcript.summary)
        return [0x68] + time.bytes + ephemeral + signature.bytes
    }

    /// A frame cut anywhere, and one byte longer.
    static func mutilated(_ frame: [UInt8]) -> [[UInt8]] {
        frame.indices.map { Array(frame.prefix($0)) } + [frame + [0]]
    }

    private static func key(_ seed: String) throws -> SigningKey {
        try SigningKey(seed: try #require(Hex.bytes(seed)))
    }
}

/// The keys on text, as the golden records have them.
extension SealingKey {
    mutating func sealed(_ text: String) throws -> String { try sealed(Array(text.utf8)) }

    mutating func sealed(_ plaintext: [UInt8]) throws -> String {
        var record = plaintext + [UInt8](repeating: 0, count: Self.overhead)
        try unsafe record.withUnsafeMutableBytes { bytes in
            guard let start = bytes.baseAddress else { return }
            try unsafe seal(start, count: plaintext.count)
        }
        return Hex.text(record)
    }
}

extension OpeningKey {
    mutating func opened(_ hex: String) throws -> String {
        var plaintext = try #require(Hex.bytes(hex))
        let count = plaintext.count - SealingKey.overhead
        try unsafe plaintext.withUnsafeMutableBytes { bytes in
            guard let start = bytes.baseAddress else { return }
            try unsafe open(start, count: count, into: start)
        }
        return String(decoding: plaintext.prefix(count), as: UTF8.self)
    }
}
