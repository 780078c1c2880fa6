import Conclave
import ConclaveCodec
import ConclaveCryptography
import ConclaveTransport

/// A machine with a key that the others accept, and a program that keeps to no rule.
struct Liar: Sendable {
    let identity: HandshakeIdentity
    let mode: StoryMode
    /// The set that everyone tracks, and how many are in it.
    let epoch: UInt64
    let peers: Int
    let profile: Profile
    /// A key that is in no set.
    let stranger: SigningKey
    let victim: Victim
    var random: SplitMix64

    /// Who is lied to.
    struct Victim: Sendable {
        let key: SigningKey
        let address: SocketAddress
    }

    /// Longer than anyone may be silent, or leave a step undone.
    private var patience: Duration { profile.silenceTimeout + .seconds(5) }

    /// Connects, lies, and waits for what the victim does about it.
    ///
    /// - Returns: whether that is what it should do.
    mutating func tell(_ lie: Lie, in context: Context) async throws -> Bool {
        let stream = try await LyingStream(to: victim.address, in: context)
        defer { stream.close() }
        do {
            switch lie {
            case .shaking(.brokenOff):
                try await breakOff(stream, context)
                return true
            case .shaking(let lie): try await shake(lie, over: stream, context)
            case .speaking(let lie):
                try await begin(stream, context)
                if mode == .discovery, lie != .nothing { try await greet(over: stream, context) }
                try await speak(lie, over: stream)
            case .gossiping(let lie):
                try await begin(stream, context)
                if !lie.isInsteadOfGreeting { try await greet(over: stream, context) }
                try await gossip(lie, over: stream, context)
            }
        } catch is StreamEnd {
            return true  // The victim had enough before the lie was complete.
        }
        if lie == .speaking(.hastyBeats) { return await !stream.isEnded(within: .seconds(1)) }
        return await stream.isEnded(within: patience)
    }

    /// As it should be.
    private func begin(_ stream: LyingStream, _ context: Context) async throws {
        let handshake = try handshake(in: context)
        try await stream.send(handshake.output)
        try await stream.send(stream.acknowledgement(of: handshake))
    }

    /// As it should be.
    private func greet(over stream: LyingStream, _ context: Context) async throws {
        try await send(.greeting(record(of: identity.key, in: context)), over: stream)
    }
}

// MARK: Handshake

extension Liar {
    /// What a dialer says first, `late` after now.
    private func handshake(
        in context: Context, with listener: PeerID? = nil, as identity: HandshakeIdentity? = nil,
        late: Duration = .zero
    ) throws -> DialerHandshake {
        try DialerHandshake.start(
            identity ?? self.identity, listener: listener ?? victim.key.publicKey,
            ephemeral: EphemeralKey(secret: context.entropy.bytes(EphemeralKey.secretByteCount)),
            at: context.clock.wallTime.advanced(by: late))
    }

    private mutating func shake(_ lie: HandshakeLie, over stream: LyingStream, _ context: Context)
        async throws
    {
        switch lie {
        case .nothing, .brokenOff: return
        case .flippedBit: try await stream.send(flipped(handshake(in: context).output))
        case .forgedSyn:
            let forger = HandshakeIdentity(key: stranger, namespace: identity.namespace)
            let output = try handshake(in: context, as: forger).output
            // The length of the key stays, and what the stranger signed.
            let name = identity.key.publicKey.bytes
            try await stream.send(output.prefix(1) + name + output.dropFirst(1 + name.count))
        case .oldSyn: try await stream.send(handshake(in: context, late: .seconds(-60)).output)
        case .futureSyn: try await stream.send(handshake(in: context, late: .seconds(60)).output)
        case .synForAnother: try await stream.send(handshake(in: context, with: stranger.publicKey).output)
        case .replayedSyn:
            let handshake = try handshake(in: context), output = handshake.output
            let earlier = try await LyingStream(to: victim.address, in: context)
            defer { earlier.close() }
            try await earlier.send(output)
            _ = try await earlier.acknowledgement(of: handshake)
            try await stream.send(output)
        case .flippedAck:
            let handshake = try handshake(in: context)
            try await stream.send(handshake.output)
            try await stream.send(flipped(stream.acknowledgement(of: handshake)))
        }
    }

    /// Falls silent for good after any byte of what a dialer says.
    private mutating func breakOff(_ stream: LyingStream, _ context: Context) async throws {
        let handshake = try handshake(in: context), opening = handshake.output
        let whole = opening.count + HandshakeFrame.ack.byteCount
        let count = Int.random(in: 0..<whole, using: &random)
        try await stream.send(Array(opening.prefix(count)))
        guard count >= opening.count else { return }
        let last = try await stream.acknowledgement(of: handshake)
        try await stream.send(Array(last.prefix(count - opening.count)))
    }

    private mutating func flipped(_ bytes: [UInt8]) -> [UInt8] {
        var bytes = bytes
        bytes[Int.random(in: bytes.indices, using: &random)] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        return bytes
    }
}

// MARK: Session

extension Liar {
    /// More than the quota of beats lets through while the story looks on.
    private static let hastyBeats = 50

    private mutating func speak(_ lie: SessionLie, over stream: LyingStream) async throws {
        switch lie {
        case .nothing: return
        case .garbage:
            let noise = (0..<40).map { _ in UInt8.random(in: .min ... .max, using: &random) }
            try await stream.send([UInt8(noise.count)] + noise)
        case .flippedBit: try await stream.send(flipped(stream.record([1])))
        case .replayedRecord:
            let record = try stream.record(beat)
            try await stream.send(record + record)
        case .oversizedFrame: try await stream.send([0x80, 0x80, 0x80, 0x80, 0x08])
        case .unknownChannel: try await stream.send(stream.record([0, 77, 1, 1]))
        case .unknownTag: try await stream.send(stream.record([0x7F, 0, 1, 1]))
        case .hastyBeats:
            for _ in 0..<Self.hastyBeats { try await stream.send(stream.record(beat)) }
        }
    }

    /// What keeps a link alive: a ping, or the vector of a set that nobody tracks.
    private var beat: [UInt8] {
        switch mode {
        case .lookup: [1]
        case .discovery: DiscoveryMessage.bitVector(BitVector(index: 9_999, bits: Bitmap(count: 1))).encoded
        }
    }
}

// MARK: Gossip

extension Liar {
    private func gossip(_ lie: GossipLie, over stream: LyingStream, _ context: Context) async throws {
        let own = record(of: identity.key, in: context)
        let future = record(of: identity.key, in: context, late: .seconds(3_600))
        let message: DiscoveryMessage =
            switch lie {
            case .strangersGreeting: .greeting(record(of: stranger, in: context))
            case .futureGreeting: .greeting(future)
            case .vectorInsteadOfGreeting: .bitVector(BitVector(index: epoch, bits: Bitmap(count: peers)))
            case .secondGreeting: .greeting(own)
            case .futureRecord: .peers(PeerList([future]))
            case .recordOfVictim: .peers(PeerList([record(of: victim.key, in: context)]))
            case .forgedRecord: .peers(PeerList([try forged(in: context)]))
            case .wrongVector: .bitVector(BitVector(index: epoch, bits: Bitmap(count: peers + 1)))
            case .longList:
                .peers(PeerList(Array(repeating: own, count: profile.peerGossipMaxCount + 1)))
            }
        try await send(message, over: stream)
    }

    private func send(_ message: DiscoveryMessage, over stream: LyingStream) async throws {
        try await stream.send(stream.record(message.encoded))
    }

    /// Says that a key's owner is where the liar wants the others to dial, `late` after now.
    private func record(of key: SigningKey, in context: Context, late: Duration = .zero) -> AddressRecord {
        AddressRecord(
            ingress: .socket(victim.address), time: context.clock.wallTime.advanced(by: late), key: key,
            namespace: identity.namespace)
    }

    /// Of ourselves, later than what we have said, and made for another network.
    private func forged(in context: Context) throws -> AddressRecord {
        AddressRecord(
            ingress: .socket(victim.address), time: context.clock.wallTime.advanced(by: .seconds(1)),
            key: identity.key, namespace: try Namespace("ANOTHER"))
    }
}
