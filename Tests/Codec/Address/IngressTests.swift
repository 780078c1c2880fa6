import ConclaveCodec
import Testing

@Suite struct IngressTests {
    static let samples = [
        "1.2.3.4:3000", "[2001:db8::1]:65535", "name.example:0", "localhost:80", "a:1", "3com.example:443",
        "x.0xg:1",
    ]

    @Test(arguments: samples) func `a text is read and written back`(text: String) throws {
        #expect(try Ingress(text).description == text)
    }

    @Test func `a text is an address where it can be one`() throws {
        #expect(try Ingress("1.2.3.4:80") == .socket(SocketAddress(IPAddress(v4: 1, 2, 3, 4), port: 80)))
        #expect(try Ingress("a.b:80") == .name(HostName("a.b"), port: 80))
        #expect(try Ingress("a.b:80").port == 80 && (try Ingress("1.2.3.4:81").port) == 81)
    }

    @Test(arguments: [
        "", "name", "name:", ":80", "name:65536", "na me:80", "-a:80", "10.0.0.256:80", "10.1:80", "127.1:80",
        "0x7f.1:80",
        "2130706433:80", "a.0x7f:80", "a.0X:80", "::1:80", "[name]:80", "name:80:80",
    ]) func `any other text is refused, an address with a mistake in it above all`(text: String) {
        #expect(throws: DecodeError.malformedText) { try Ingress(text) }
    }

    @Test(arguments: samples) func `every encoding is read back, and cut anywhere it is truncated`(
        text: String
    ) throws {
        let ingress = try Ingress(text)
        let bytes = ingress.encoded
        #expect(try Ingress(decoding: bytes) == ingress)
        for count in bytes.indices {
            #expect { try Ingress(decoding: Array(bytes.prefix(count))) } throws: {
                if case .truncated = $0 as? DecodeError { true } else { false }
            }
        }
    }

    @Test func `on the wire the kind leads`() throws {
        #expect(Hex.text(try Ingress("1.2.3.4:80").encoded) == "0004010203040050")
        #expect(Hex.text(try Ingress("a.b:80").encoded) == "0103612e620050")
        #expect(throws: DecodeError.unknownTag(2)) { try Ingress(decoding: [2, 0]) }
    }
}
