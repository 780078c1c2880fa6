import ConclaveCodec
import ConclaveCryptography
import ConclavePrimitives
import ConclaveTransport
import Testing

@Suite struct ListenerHandshakeTests {
    let pair: HandshakePair
    let hello, syn: [UInt8]

    init() throws {
        pair = try HandshakePair()
        (hello, syn) = try pair.opening()
    }

    @Test func `the first frame names the peer`() throws {
        #expect(try ListenerHandshake(pair.listener, hello: hello).peer == pair.dialer.key.publicKey)
    }

    @Test func `A4 a first or second frame with any bit flipped fails`() throws {
        for bit in 0..<hello.count * 8 {
            #expect(throws: HandshakeFault.self, "bit \(bit)") {
                _ = try pair.answer(hello: flipped(hello, bit), syn: syn)
            }
        }
        for bit in 0..<syn.count * 8 {
            #expect(throws: HandshakeFault.self, "bit \(bit)") {
                _ = try pair.answer(hello: hello, syn: flipped(syn, bit))
            }
        }
        _ = try pair.answer(hello: hello, syn: syn)
    }

    @Test func `A15 a first or second frame cut anywhere, or longer, fails by its length`() throws {
        for frame in HandshakePair.mutilated(hello) {
            #expect(throws: HandshakeFault.frameSize(.hello)) { _ = try pair.answer(hello: frame, syn: syn) }
        }
        for frame in HandshakePair.mutilated(syn) {
            #expect(throws: HandshakeFault.frameSize(.syn)) { _ = try pair.answer(hello: hello, syn: frame) }
        }
    }

    @Test func `a connection from our own key is refused at its first frame`() throws {
        #expect(throws: HandshakeFault.ownKey) { _ = try ListenerHandshake(pair.dialer, hello: hello) }
    }

    @Test func `A4 a Syn made for another listener fails`() throws {
        let third = HandshakeIdentity(
            key: try SigningKey(seed: [UInt8](repeating: 7, count: 32)),
            namespace: pair.listener.namespace)
        #expect(throws: HandshakeFault.badSignature) {
            _ = try pair.answer(hello: hello, syn: syn, by: third)
        }
    }

    @Test func `A4 a Syn under another key than it was signed with fails`() throws {
        let third = try SigningKey(seed: [UInt8](repeating: 7, count: 32)).publicKey
        #expect(throws: HandshakeFault.badSignature) {
            _ = try pair.answer(hello: [0x20] + third.bytes, syn: syn)
        }
    }

    @Test(arguments: ["CW_BENC", "CW_BENCH_", "CW_BENCH_STREAM", "other"])
    func `A4 a Syn of another namespace fails`(name: String) throws {
        let stranger = HandshakeIdentity(key: pair.dialer.key, namespace: try Namespace(name))
        let (hello, syn) = try pair.opening(stranger)
        #expect(throws: HandshakeFault.badSignature) { _ = try pair.answer(hello: hello, syn: syn) }
    }

    @Test func `A4 a listener's answer does not pass for a Syn`() throws {
        let output = try pair.answer(hello: hello, syn: syn).output
        let swapped = [0x68] + output.dropFirst(2).prefix(104)
        let listenerHello = [0x20] + pair.listener.key.publicKey.bytes
        #expect(throws: HandshakeFault.badSignature) {
            _ = try pair.answer(hello: listenerHello, syn: swapped, by: pair.dialer)
        }
    }

    @Test func `an accepted Syn is refused when it comes again`() throws {
        _ = try pair.answer(hello: hello, syn: syn)
        #expect(throws: HandshakeFault.replayedSyn) { _ = try pair.answer(hello: hello, syn: syn) }
    }

    @Test func `an accepted Syn is known again before its signature is verified`() throws {
        _ = try pair.answer(hello: hello, syn: syn)
        let unsigned = flipped(syn, 8 * 104)
        #expect(throws: HandshakeFault.replayedSyn) { _ = try pair.answer(hello: hello, syn: unsigned) }
    }

    @Test func `a Syn that was refused is not remembered`() throws {
        #expect(throws: HandshakeFault.badSignature) {
            _ = try pair.answer(hello: hello, syn: flipped(syn, 8 * 104))
        }
        #expect(pair.remembered.count == 0)
        _ = try pair.answer(hello: hello, syn: syn)
        #expect(pair.remembered.count == 1)
    }

    @Test func `A24 the dialer's clock may be off by the bounds and not by more`() throws {
        let time = pair.dialerTime
        for offset in [Duration.milliseconds(10_001), .milliseconds(-5_000)] {
            let now = time.advanced(by: offset)
            #expect(throws: HandshakeFault.timeOutOfWindow(time, now: now)) {
                _ = try pair.answer(hello: hello, syn: syn, at: now)
            }
        }
        _ = try pair.answer(hello: hello, syn: syn, at: time.advanced(by: .seconds(10)))
        let ahead = try HandshakePair()
        _ = try ahead.answer(hello: hello, syn: syn, at: time.advanced(by: .milliseconds(-4_999)))
    }

    @Test func `a Syn stays remembered for as long as its time is valid`() throws {
        let early = pair.dialerTime.advanced(by: .milliseconds(-4_999))
        let last = pair.dialerTime.advanced(by: .seconds(10))
        _ = try pair.answer(hello: hello, syn: syn, at: early)
        #expect(throws: HandshakeFault.replayedSyn) { _ = try pair.answer(hello: hello, syn: syn, at: last) }
    }

    @Test func `A16 points of low order and encodings that nobody makes are refused alike`() throws {
        let ones = [UInt8](repeating: 0xFF, count: 30), zeros = [UInt8](repeating: 0, count: 30)
        let keys = [
            [0] + zeros + [0], [1] + zeros + [0], [0xEC] + ones + [0x7F], [0xED] + ones + [0x7F],
            [0xEE] + ones + [0x7F], [0xFF] + ones + [0xFF], [9] + zeros + [0x80],
        ]
        for key in keys {
            let crafted = try pair.synSigning(ephemeral: key)
            #expect(throws: HandshakeFault.unusableEphemeralKey) {
                _ = try pair.answer(hello: hello, syn: crafted)
            }
        }
    }
}
