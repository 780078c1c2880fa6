import ConclaveCodec
import Testing

@Suite struct IPNetworkTests {
    @Test(arguments: [
        ("10.0.0.0/8", "10.255.255.255", true), ("10.0.0.0/8", "11.0.0.0", false),
        ("192.168.7.0/24", "192.168.7.1", true), ("192.168.7.0/24", "192.168.6.255", false),
        ("192.168.7.128/25", "192.168.7.127", false), ("192.168.7.128/25", "192.168.7.128", true),
        ("1.2.3.4", "1.2.3.4", true), ("1.2.3.4/32", "1.2.3.5", false), ("0.0.0.0/0", "200.1.1.1", true),
        ("2001:db8::/32", "2001:db8:ffff::1", true), ("2001:db8::/32", "2001:db9::", false),
        ("2001:db8::/65", "2001:db8::7fff:ffff:ffff:ffff", true),
        ("2001:db8::/65", "2001:db8::8000:0:0:0", false),
        ("2001:db8::1", "2001:db8::1", true), ("2001:db8::1/128", "2001:db8::2", false),
        ("::/0", "2001:db8::1", true), ("::/0", "1.2.3.4", false), ("::/0", "::ffff:1.2.3.4", false),
        ("0.0.0.0/0", "::ffff:1.2.3.4", true), ("0.0.0.0/0", "2001:db8::1", false),
    ])
    func `a network holds the addresses that begin like it, of its own kind`(
        network: String, address: String, isInside: Bool
    ) throws {
        #expect(try IPNetwork(network).contains(IPAddress(address)) == isInside)
    }

    @Test(arguments: [
        "", "/", "/8", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/08", "10.0.0.0/-1", "10.0.0.0/8/8", "10.0.0/8",
        "10.0.0.0/ 8", "10.1.2.3/8", "::1/64", "::/129", "::/1000", "::ffff:10.0.0.0/104", "peer/8",
        "[::]/0",
    ])
    func `what is no network, or not the first address of one, is refused`(text: String) {
        #expect(throws: DecodeError.malformedText) { try IPNetwork(text) }
    }

    @Test(arguments: ["10.0.0.0/8", "1.2.3.4/32", "2001:db8::/32", "::/0", "fd00::1/128"])
    func `its text reads back`(text: String) throws {
        #expect(try IPNetwork(text).description == text)
    }

    @Test func `a network of an address is that address alone`() throws {
        let network = IPNetwork(.loopback)
        #expect(network.first == .loopback && network.prefixBits == 32 && network.contains(.loopback))
        let other = IPNetwork(try IPAddress("::1"))
        #expect(other.prefixBits == 128)
        #expect(IPNetwork(.loopback, prefixBits: 8) == nil && IPNetwork(.loopback, prefixBits: -1) == nil)
    }

    @Test func `every prefix of every length keeps exactly its bits`() throws {
        let all = try #require(IPAddress(networkOrder: [UInt8](repeating: 0xFF, count: 16)))
        for bits in 0...128 {
            let first = all.network(prefixBits: bits)
            let expected = (0..<16).map { index in
                UInt8(truncatingIfNeeded: 0xFF00 >> min(8, max(0, bits - 8 * index)))
            }
            #expect(first.bytes == expected)
        }
        for bits in 0...32 {
            let first = IPAddress(v4: 255, 255, 255, 255).network(prefixBits: bits)
            let expected = (0..<4).map { index in
                UInt8(truncatingIfNeeded: 0xFF00 >> min(8, max(0, bits - 8 * index)))
            }
            #expect(first.bytes == expected)
        }
        #expect(
            all.network(prefixBits: .max) == all && all.network(prefixBits: .min).bytes.allSatisfy { $0 == 0 }
        )
    }
}
