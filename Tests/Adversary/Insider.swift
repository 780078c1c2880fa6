import Conclave
import ConclaveCodec
import ConclaveCryptography
import ConclavePrimitives
import ConclaveTransport

/// A client that holds a key which the node accepts.
struct Insider {
    let identity: HandshakeIdentity
    let node: PeerID
    let address: SocketAddress
    let context: Context

    /// What a dialer says first, at `time` of its own clock.
    func dial(
        at time: WallTime? = nil, in profile: WireProfile = .commonware
    ) throws -> DialerHandshake {
        let ephemeral = try EphemeralKey(secret: context.entropy.bytes(EphemeralKey.secretByteCount))
        return try DialerHandshake.start(
            identity, profile: profile, listener: node, ephemeral: ephemeral,
            at: time ?? context.clock.wallTime)
    }

    /// What a dialer says first, signed as it should be, over an ephemeral key of any 32 bytes.
    func dial(with ephemeral: [UInt8]) throws -> [UInt8] {
        var time = Writer()
        time.integer(context.clock.wallTime.milliseconds)
        var transcript = Transcript(namespace: identity.namespace.appending("_STREAM").bytes)
            .fork("_COMMONWARE_CRYPTOGRAPHY_HANDSHAKE")
        for part in [time.bytes, node.bytes, ephemeral] { transcript.commit(part) }
        let signature = identity.key.signTranscript(summary: transcript.summary)
        return [0x20] + identity.key.publicKey.bytes + [0x68] + time.bytes + ephemeral + signature.bytes
    }

    func connect() async throws -> Intruder { try await Intruder(to: address, in: context) }

    /// A connection with its handshake done.
    func session(
        at time: WallTime? = nil, in profile: WireProfile = .commonware
    ) async throws -> Session {
        try await unfinished(at: time, in: profile).finished()
    }

    /// A connection whose last frame, the Ack, is made but not sent.
    func unfinished(
        at time: WallTime? = nil, in profile: WireProfile = .commonware
    ) async throws -> UnfinishedSession {
        let intruder = try await connect()
        let handshake = try dial(at: time, in: profile)
        try await intruder.send(handshake.output)
        let reply = try await intruder.read(DialerHandshake.replyBytes)
        let session = try handshake.received(synAck: reply, limits: .standard, at: context.clock.wallTime)
        return UnfinishedSession(intruder: intruder, ack: session.output, keys: session.keys)
    }
}

/// A handshake of which the listener still awaits the last frame.
struct UnfinishedSession: ~Copyable {
    let intruder: Intruder
    let ack: [UInt8]
    let keys: SessionKeys

    consuming func finished() async throws -> Session {
        try await intruder.send(ack)
        return Session(intruder, keys)
    }
}
