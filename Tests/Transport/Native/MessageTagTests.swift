import ConclaveCodec
import Testing

@testable import ConclaveTransport

@Suite struct MessageTagTests {
    @Test func `each of the 256 bytes is refused or stands for one tag, and comes back as it was`() {
        var tags = 0
        for byte in UInt8.min...UInt8.max {
            do throws(DecodeError) {
                let tag = try MessageTag(byte: byte)
                #expect(tag.byte == byte)
                tags += 1
            } catch {
                #expect(error == .unknownTag(byte))
            }
        }
        // Five priorities; whole and first in two codings, next in one.
        #expect(tags == 5 * (2 * 2 + 1))
    }

    @Test func `no message has the priority that is the peer layer's own`() {
        for part in [MessageTag.Part.whole, .first, .next] {
            let byte = MessageTag(.control, .raw, part).byte
            #expect(throws: DecodeError.unknownTag(byte)) { try MessageTag(byte: byte) }
        }
    }

    @Test func `the pieces of a message keep its priority, and only the first its coding`() {
        let whole = MessageTag(.low, .lz4, .whole)
        #expect(whole.asFirst == MessageTag(.low, .lz4, .first))
        #expect(whole.asNext == MessageTag(.low, .raw, .next))
    }
}
