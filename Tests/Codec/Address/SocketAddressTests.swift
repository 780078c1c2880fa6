import ConclaveCodec
import Testing

@Suite struct SocketAddressTests {
    @Test(arguments: ["1.2.3.4:3000", "[::1]:3000", "[2001:db8::1]:0", "0.0.0.0:65535"])
    func `a text is read and written back`(text: String) throws {
        #expect(try SocketAddress(text).description == text)
    }

    @Test func `IPv4 inside IPv6 is made plain in brackets too`() throws {
        #expect(try SocketAddress("[::ffff:1.2.3.4]:80").description == "1.2.3.4:80")
    }

    @Test(arguments: [
        "", ":", ":80", "1.2.3.4", "1.2.3.4:", "1.2.3.4:65536", "1.2.3.4:080", "1.2.3.4:+80", "1.2.3.4:-1",
        "1.2.3.4:8a",
        "1.2.3.4 :80", "1.2.3.4:100000", "::1:80", "[::1]", "[::1]80", "[::1", "::1]:80", "[1.2.3.4]:80",
        "[[::1]]:80",
        "[]:80", "[:80", "]:80", "name:80", "1.2.3.4:٨",
    ]) func `any other text is refused`(text: String) {
        #expect(throws: DecodeError.malformedText) { try SocketAddress(text) }
    }

    @Test func `on the wire the family leads and the port ends`() throws {
        #expect(Hex.text(try SocketAddress("1.2.3.4:258").encoded) == "04010203040102")
        #expect(Hex.text(try SocketAddress("[::1]:258").encoded) == "06000000000000000000000000000000010102")
    }

    @Test func `IPv4 inside IPv6 is refused on the wire`() {
        let mapped: [UInt8] = [6] + [UInt8](repeating: 0, count: 10) + [0xFF, 0xFF, 1, 2, 3, 4, 0, 80]
        #expect(throws: DecodeError.malformedText) { try SocketAddress(decoding: mapped) }
    }

    @Test func `any other family is refused`() {
        for tag: UInt8 in [0, 5, 7, 255] {
            #expect(throws: DecodeError.unknownTag(tag)) {
                try SocketAddress(decoding: [tag, 1, 2, 3, 4, 0, 80])
            }
        }
    }

    @Test func `order is by address, then by port`() throws {
        let ascending = try ["1.2.3.4:1", "1.2.3.4:2", "1.2.3.5:0", "[::1]:0"].map { try SocketAddress($0) }
        #expect(ascending == ascending.shuffled().sorted())
    }
}
