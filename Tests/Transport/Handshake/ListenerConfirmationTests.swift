import ConclaveCryptography
import ConclavePrimitives
import ConclaveTransport
import Testing

@Suite struct ListenerConfirmationTests {
    let pair: HandshakePair
    let ack: [UInt8]

    init() throws {
        pair = try HandshakePair()
        ack = try Self.session(pair).output
    }

    @Test func `A4 an Ack with any bit flipped fails`() throws {
        for bit in 0..<ack.count * 8 {
            #expect(throws: HandshakeFault.self, "bit \(bit)") {
                _ = try confirmation().received(ack: flipped(ack, bit))
            }
        }
        #expect(try confirmation().received(ack: ack).peer == pair.dialer.key.publicKey)
    }

    @Test func `A15 an Ack cut anywhere, or longer, fails by its length`() throws {
        for frame in HandshakePair.mutilated(ack) {
            #expect(throws: HandshakeFault.frameSize(.ack)) { _ = try confirmation().received(ack: frame) }
        }
    }

    @Test func `A4 the listener's own confirmation sent back is no Ack`() throws {
        let reflected = [0x20] + (try confirmation().output).suffix(32)
        #expect(throws: HandshakeFault.badConfirmation) { _ = try confirmation().received(ack: reflected) }
    }

    @Test func `A4 an Ack of another session fails`() throws {
        let later = pair.dialerTime.advanced(by: .milliseconds(1))
        let (hello, syn) = try pair.opening(at: later)
        #expect(throws: HandshakeFault.badConfirmation) {
            _ = try pair.answer(hello: hello, syn: syn, at: later).received(ack: ack)
        }
    }

    /// The listener of the golden handshake, awaiting the Ack; each has a memory of its own.
    private func confirmation() throws -> ListenerConfirmation {
        let pair = try HandshakePair()
        let (hello, syn) = try pair.opening()
        return try pair.answer(hello: hello, syn: syn)
    }

    private static func session(_ pair: HandshakePair) throws -> DialerSession {
        let (hello, syn) = try HandshakePair().opening()
        let reply = try HandshakePair().answer(hello: hello, syn: syn).output
        return try pair.dial().received(synAck: reply, limits: pair.limits, at: pair.listenerTime)
    }
}
