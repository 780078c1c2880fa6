import ConclaveCryptography
import ConclavePrimitives
import ConclaveTransport
import Testing

@Suite struct DialerHandshakeTests {
    let pair: HandshakePair
    let reply: [UInt8]

    init() throws {
        pair = try HandshakePair()
        let (hello, syn) = try pair.opening()
        reply = try pair.answer(hello: hello, syn: syn).output
    }

    @Test func `A4 an answer with any bit flipped fails`() throws {
        for bit in 0..<reply.count * 8 {
            #expect(throws: HandshakeFault.self, "bit \(bit)") { try received(flipped(reply, bit)) }
        }
        #expect(try received(reply).keys.peer == pair.listener.key.publicKey)
    }

    @Test func `a bit flipped in the confirmation alone is named as such`() throws {
        #expect(throws: HandshakeFault.badConfirmation) { try received(flipped(reply, reply.count * 8 - 1)) }
    }

    @Test func `A15 an answer cut anywhere, or longer, fails by its length`() throws {
        for count in 0..<reply.count {
            #expect(throws: HandshakeFault.frameSize(.synAck)) { try received(Array(reply.prefix(count))) }
        }
        #expect(throws: HandshakeFault.frameSize(.synAck)) { try received(reply + [0]) }
    }

    @Test func `dialling our own key is refused`() throws {
        #expect(throws: HandshakeFault.ownKey) {
            _ = try DialerHandshake.start(
                pair.listener, listener: pair.listener.key.publicKey,
                ephemeral: EphemeralKey(secret: [UInt8](repeating: 3, count: 32)),
                at: pair.dialerTime)
        }
    }

    @Test func `A4 our own Syn with our own confirmation sent back is no answer`() throws {
        let (_, syn) = try pair.opening()
        let reflected = Array(reply.prefix(2)) + syn.dropFirst() + reply.suffix(32)
        #expect(throws: HandshakeFault.badSignature) { try received(reflected) }
    }

    @Test func `A4 an answer to another Syn fails`() throws {
        let later = pair.dialerTime.advanced(by: .milliseconds(1))
        let (hello, syn) = try pair.opening(at: later)
        let other = try HandshakePair().answer(hello: hello, syn: syn, at: later).output
        #expect(throws: HandshakeFault.badSignature) { try received(other) }
    }

    @Test func `A24 the listener's clock may be off by the bounds and not by more`() throws {
        let time = pair.listenerTime
        #expect(try received(reply, at: time.advanced(by: .seconds(10))).keys.peerTime == pair.listenerTime)
        #expect(
            try received(reply, at: time.advanced(by: .milliseconds(-4_999))).keys.peerTime
                == pair.listenerTime)
        for offset in [Duration.milliseconds(10_001), .milliseconds(-5_000)] {
            let now = time.advanced(by: offset)
            #expect(throws: HandshakeFault.timeOutOfWindow(time, now: now)) { try received(reply, at: now) }
        }
    }

    @discardableResult
    private func received(_ frame: [UInt8], at now: WallTime? = nil) throws -> DialerSession {
        try pair.dial().received(synAck: frame, limits: pair.limits, at: now ?? pair.listenerTime)
    }
}

/// `bytes` with one bit changed, counted from the first byte's lowest.
func flipped(_ bytes: [UInt8], _ bit: Int) -> [UInt8] {
    var changed = bytes
    changed[bit / 8] ^= 1 << UInt8(bit % 8)
    return changed
}
