import ConclaveTransport
import Testing

@Suite struct HandshakeFrameTests {
    @Test(arguments: HandshakeFrame.allCases)
    func `a frame of another length shows in its first bytes`(frame: HandshakeFrame) {
        let prefixes: [HandshakeFrame: [UInt8]] = [
            .hello: [0x20], .syn: [0x68], .synAck: [0x88, 0x01], .ack: [0x20],
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
}
