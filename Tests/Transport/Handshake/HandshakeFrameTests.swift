import ConclaveTransport
import Testing

@Suite struct HandshakeFrameTests {
    @Test(arguments: HandshakeFrame.allCases)
    func `a frame of another length shows in its first bytes`(frame: HandshakeFrame) {
        let prefixes: [HandshakeFrame: [UInt8]] = [
            .hello: [0x20], .versionedHello: [0x21], .syn: [0x68], .synAck: [0x88, 0x01], .ack: [0x20],
        ]
        let prefix = prefixes[frame] ?? []
        #expect(frame.canBegin(with: []))
        #expect(frame.canBegin(with: prefix))
        #expect(frame.canBegin(with: prefix + [UInt8](repeating: 9, count: frame.byteCount - prefix.count)))
        #expect(
            !frame.canBegin(with: prefix + [UInt8](repeating: 9, count: frame.byteCount - prefix.count + 1)))
        for index in prefix.indices {
            var other = prefix
            other[index] += 1
            #expect(!frame.canBegin(with: other))
        }
    }

    @Test func `the first byte tells the profile, and any other byte is refused`() throws {
        #expect(try HandshakeFrame.opening(with: 0x20) == .hello)
        #expect(try HandshakeFrame.opening(with: 0x21) == .versionedHello)
        for byte in UInt8.min...UInt8.max where byte != 0x20 && byte != 0x21 {
            #expect(throws: HandshakeFault.frameSize(.hello)) { try HandshakeFrame.opening(with: byte) }
        }
    }
}
