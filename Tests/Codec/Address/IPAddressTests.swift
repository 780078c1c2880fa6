import ConclaveCodec
import Testing

@Suite struct IPAddressTests {
    @Test func `four or sixteen bytes make an address, no other count does`() throws {
        for count in 0...20 {
            let address = IPAddress(networkOrder: (0..<count).map { UInt8($0 + 1) })
            #expect((address != nil) == (count == 4 || count == 16))
            if let address { #expect(address.bytes == (0..<count).map { UInt8($0 + 1) }) }
        }
    }

    @Test func `IPv4 inside IPv6 is made plain`() throws {
        let mapped = [UInt8](repeating: 0, count: 10) + [0xFF, 0xFF, 1, 2, 3, 4]
        let plain = IPAddress(v4: 1, 2, 3, 4)
        #expect(IPAddress(networkOrder: mapped) == plain)
        #expect(try IPAddress("::ffff:1.2.3.4") == plain)
        #expect(try IPAddress("::FFFF:102:304") == plain)
        #expect(plain.bytes == [1, 2, 3, 4] && plain.isV4)
    }

    @Test(arguments: [
        "127.0.0.0", "127.0.0.1", "127.255.255.255", "::1",
    ]) func `loopback is recognised, and is private`(text: String) throws {
        #expect(try IPAddress(text).isLoopback)
        #expect(try IPAddress(text).isPrivate)
    }

    @Test(arguments: [
        "0.0.0.0", "0.255.255.255", "10.0.0.0", "10.255.255.255", "100.64.0.0", "100.127.255.255",
        "169.254.0.0",
        "169.254.255.255", "172.16.0.0", "172.31.255.255", "192.168.0.0", "192.168.255.255", "::", "::7f00:1",
        "fc00::", "fdff:ffff::1", "fe80::1", "febf::1", "fec0::", "feff::1", "::ffff:10.0.0.1",
    ]) func `what is private is recognised up to its last address`(text: String) throws {
        #expect(try IPAddress(text).isPrivate)
        #expect(!(try IPAddress(text).isLoopback))
    }

    @Test(arguments: [
        "1.0.0.0", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "126.255.255.255",
        "128.0.0.0",
        "169.253.255.255", "169.255.0.0", "172.15.255.255", "172.32.0.0", "192.167.255.255", "192.169.0.0",
        "8.8.8.8",
        "::1:0:0", "2001:db8::1", "fbff::", "fe00::", "fe7f::", "ff00::", "::ffff:8.8.8.8",
    ]) func `what lies beside it is public`(text: String) throws {
        #expect(!(try IPAddress(text).isPrivate))
        #expect(!(try IPAddress(text).isLoopback))
    }

    @Test func `order is IPv4 first, then by number`() throws {
        let ascending = try [
            "0.0.0.0", "1.2.3.4", "1.2.3.5", "255.0.0.0", "::", "::1", "1::", "1::1", "ff::",
        ].map {
            try IPAddress($0)
        }
        for (index, left) in ascending.enumerated() {
            for (other, right) in ascending.enumerated() { #expect((left < right) == (index < other)) }
        }
    }
}
