import ConclaveCodec
import ConclaveCryptography
import ConclaveTransport
import ConclaveVectors
import Testing

@Suite struct HandshakeTranscriptTests {
    let pair: HandshakePair
    let golden: GoldenWire.Handshake

    init() throws {
        pair = try HandshakePair()
        golden = try GoldenWire.read().handshake
    }

    @Test func `every frame is the recorded one behind its length`() throws {
        let (hello, syn) = try pair.opening()
        #expect(Hex.text(hello) == "20" + golden.dialerPublic)
        #expect(Hex.text(syn) == "68" + golden.syn)
        let listener = try pair.answer(hello: hello, syn: syn)
        #expect(Hex.text(listener.output) == "8801" + golden.synAck)
        let session = try pair.dial().received(
            synAck: listener.output, limits: pair.limits, at: pair.listenerTime)
        #expect(Hex.text(session.output) == "20" + golden.ack)
    }

    @Test func `the frames have the lengths that readers are told`() throws {
        let (hello, syn) = try pair.opening()
        let listener = try pair.answer(hello: hello, syn: syn)
        let session = try pair.dial().received(
            synAck: listener.output, limits: pair.limits, at: pair.listenerTime)
        #expect(hello.count == 33 && ListenerHandshake.helloBytes == 33)
        #expect(syn.count == 105 && ListenerHandshake.synBytes == 105)
        #expect(listener.output.count == 138 && DialerHandshake.replyBytes == 138)
        #expect(session.output.count == 33 && ListenerConfirmation.ackBytes == 33)
    }

    @Test func `both sides seal and open the recorded records`() throws {
        let listening = try pair.answer(hello: pair.opening().hello, syn: pair.opening().syn)
        let session = try pair.dial().received(
            synAck: listening.output, limits: pair.limits, at: pair.listenerTime)
        var listener = try listening.received(ack: session.output)
        var dialer = session.keys
        for record in golden.sealed {
            switch record.direction {
            case "dialer_to_listener":
                #expect(try dialer.sealing.sealed(record.plaintextUtf8) == record.ciphertext)
                #expect(try listener.opening.opened(record.ciphertext) == record.plaintextUtf8)
            default:
                #expect(try listener.sealing.sealed(record.plaintextUtf8) == record.ciphertext)
                #expect(try dialer.opening.opened(record.ciphertext) == record.plaintextUtf8)
            }
        }
        #expect(golden.sealed.count == 4)
        #expect(listener.peer == pair.dialer.key.publicKey && listener.peerTime == pair.dialerTime)
        #expect(dialer.peer == pair.listener.key.publicKey && dialer.peerTime == pair.listenerTime)
    }
}
