import ConclaveCodec
import ConclaveCryptography
import ConclaveTestWires
import ConclaveTransport
import ConclaveVectors
import Testing

@Suite struct WireProfileTests {
    static let versions: [WireProfile] = [.native(version: 1), .native(version: 2)]
    static let all: [WireProfile] = [.commonware] + versions

    @Test func `the golden handshakes of two versions are reproduced, byte for byte`() throws {
        let golden = try GoldenNative.read().handshakes
        #expect(golden.map(\.version) == [1, 2])
        for vector in golden {
            let pair = try HandshakePair(vector)
            let (hello, syn) = try pair.opening()
            #expect(Hex.text(hello) == vector.hello)
            #expect(Hex.text(syn) == vector.syn)
            let listening = try pair.answer(hello: hello, syn: syn, serving: [pair.profile])
            #expect(Hex.text(listening.output) == vector.synAck)
            let session = try pair.dial().received(
                synAck: listening.output, limits: pair.limits, at: pair.listenerTime)
            #expect(Hex.text(session.output) == vector.ack)
            var dialer = session.keys
            let listener = try listening.received(ack: session.output)
            #expect(dialer.profile == pair.profile && listener.profile == pair.profile)
            try expectRecords(of: vector, from: &dialer, to: listener)
        }
    }

    /// The dialer seals the golden records, and the listener understands them.
    private func expectRecords(
        of vector: GoldenNative.Handshake, from dialer: inout SessionKeys, to listener: consuming SessionKeys
    ) throws {
        let channels: [NativeHello.Channel] = [
            .init(number: 0, messageBytesMax: 65_536),
            .init(number: 3, messageBytesMax: 1_048_576, flags: .takesCompression),
            .init(number: .max, messageBytesMax: .max, flags: .takesCompression),
        ]
        let hello = NativeHello(
            versions: vector.version...vector.version, recordBytes: 65_408, agent: "conclave/1.0",
            channels: channels)
        let table = ChannelTable(channels.map { ($0.number, Int($0.messageBytesMax)) })
        let items = ItemReader(channels: table, ours: hello, version: vector.version)
        let peer = listener.peer
        let receiving = Receiving(RecordReader(peer: peer, key: listener.opening, items: items))
        for record in vector.dialerRecords {
            let plaintext = try #require(Hex.bytes(record.plaintext))
            #expect(record.wire.hasSuffix(try dialer.sealing.sealed(plaintext)))
            try receiving.feed(try #require(Hex.bytes(record.wire)))
        }
        #expect(
            receiving.heard == [
                .control(.hello(hello)), .control(.ping(7)), .message(channel: 0, Array("vote".utf8)),
                .message(channel: 3, Array("block".utf8)), .control(.goodbye(.shutdown)),
            ])
    }

    @Test func `a native first frame names version and peer`() throws {
        for profile in Self.versions {
            let pair = try HandshakePair(profile)
            let hello = try pair.opening().hello
            #expect(hello.count == 34 && hello.first == 0x21)
            let handshake = try ListenerHandshake(pair.listener, hello: hello, serving: Self.all)
            #expect(handshake.profile == profile)
            #expect(handshake.peer == pair.dialer.key.publicKey)
        }
    }

    @Test func `a version that is not served is refused, and so is a profile`() throws {
        for profile in Self.all {
            let pair = try HandshakePair(profile)
            let (hello, syn) = try pair.opening()
            let others = Self.all.filter { $0 != profile }
            #expect(throws: HandshakeFault.profileNotServed(profile)) {
                _ = try pair.answer(hello: hello, syn: syn, serving: others)
            }
            _ = try pair.answer(hello: hello, syn: syn, serving: [profile])
        }
        let unknown = try HandshakePair(.native(version: 0)).opening()
        #expect(throws: HandshakeFault.profileNotServed(.native(version: 0))) {
            _ = try HandshakePair().answer(hello: unknown.hello, syn: unknown.syn)
        }
    }

    @Test func `any flipped bit of any frame fails, whatever the listener serves`() throws {
        let pair = try HandshakePair(.native(version: 1))
        let every = [.commonware] + (0...255).map { WireProfile.native(version: $0) }
        let (hello, syn) = try pair.opening()
        for bit in 0..<hello.count * 8 {
            #expect(throws: HandshakeFault.self, "hello, bit \(bit)") {
                _ = try pair.answer(hello: flipped(hello, bit), syn: syn, serving: every)
            }
        }
        for bit in 0..<syn.count * 8 {
            #expect(throws: HandshakeFault.self, "syn, bit \(bit)") {
                _ = try pair.answer(hello: hello, syn: flipped(syn, bit), serving: every)
            }
        }
        let reply = try pair.answer(hello: hello, syn: syn).output
        for bit in 0..<reply.count * 8 {
            #expect(throws: HandshakeFault.self, "reply, bit \(bit)") {
                _ = try pair.dial().received(
                    synAck: flipped(reply, bit), limits: pair.limits, at: pair.listenerTime)
            }
        }
        let ack = try pair.dial().received(synAck: reply, limits: pair.limits, at: pair.listenerTime).output
        for bit in 0..<ack.count * 8 {
            let fresh = try HandshakePair(.native(version: 1))
            #expect(throws: HandshakeFault.self, "ack, bit \(bit)") {
                _ = try fresh.answer(hello: hello, syn: syn).received(ack: flipped(ack, bit))
            }
        }
    }

    /// The frames of a handshake in one profile, for use in another.
    private func frames(_ profile: WireProfile) throws -> (hello: [UInt8], syn: [UInt8], reply: [UInt8]) {
        let pair = try HandshakePair(profile)
        let (hello, syn) = try pair.opening()
        return (hello, syn, try pair.answer(hello: hello, syn: syn, serving: Self.all).output)
    }

    @Test func `who changes the first frame's profile on the way gets no answer`() throws {
        for from in Self.all {
            for to in Self.all where to != from {
                let pair = try HandshakePair(to)
                let hello = try frames(to).hello, syn = try frames(from).syn
                #expect(throws: HandshakeFault.badSignature, "\(from) as \(to)") {
                    _ = try pair.answer(hello: hello, syn: syn, serving: Self.all)
                }
            }
        }
    }

    @Test func `an answer in another profile than the dialled one is none`() throws {
        for dialled in Self.all {
            for answered in Self.all where answered != dialled {
                let pair = try HandshakePair(dialled), reply = try frames(answered).reply
                #expect(throws: HandshakeFault.badSignature, "\(dialled) answered as \(answered)") {
                    _ = try pair.dial().received(synAck: reply, limits: pair.limits, at: pair.listenerTime)
                }
            }
        }
    }

    @Test func `a first frame cut anywhere or longer fails by its length`() throws {
        let pair = try HandshakePair(.native(version: 1))
        let (hello, syn) = try pair.opening()
        for frame in HandshakePair.mutilated(hello) {
            let fault = HandshakeFault.frameSize(frame.isEmpty ? .hello : .versionedHello)
            #expect(throws: fault) { _ = try pair.answer(hello: frame, syn: syn) }
        }
    }

    @Test func `a node that dials itself natively is refused`() throws {
        let pair = try HandshakePair(.native(version: 1))
        let hello = try pair.opening().hello
        #expect(throws: HandshakeFault.ownKey) { _ = try ListenerHandshake(pair.dialer, hello: hello) }
    }
}
