import ConclaveCodec
import ConclavePrimitives
import Testing

@testable import ConclavePeersCore

@Suite struct ProxyHeaderTests {
    /// Lines of version 1, and whom they name; nil where the socket's own address counts.
    static let lines: [(String, String?)] = [
        ("PROXY TCP4 192.168.0.1 192.168.0.11 56324 443\r\n", "192.168.0.1:56324"),
        ("PROXY TCP4 255.255.255.255 255.255.255.255 65535 65535\r\n", "255.255.255.255:65535"),
        ("PROXY TCP4 1.2.3.4 5.6.7.8 0 0\r\n", "1.2.3.4:0"),
        ("PROXY TCP6 2001:db8::1 2001:db8::2 4124 443\r\n", "[2001:db8::1]:4124"),
        (
            "PROXY TCP6 ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff "
                + "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff 65535 65535\r\n",
            "[ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff]:65535"
        ),
        ("PROXY TCP6 ::ffff:10.0.0.7 ::1 4124 443\r\n", "10.0.0.7:4124"),
        ("PROXY UNKNOWN\r\n", nil),
        ("PROXY UNKNOWN 1.2.3.4 anything at all, 99999\r\n", nil),
        (
            "PROXY UNKNOWN ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff "
                + "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff 65535 65535\r\n", nil
        ),
    ]

    static let wrongLines = [
        "PROXY  TCP4 1.2.3.4 5.6.7.8 1 2\r\n", "PROXY TCP4 1.2.3.4 5.6.7.8 1\r\n",
        "PROXY TCP4 1.2.3.4 5.6.7.8 1 2 3\r\n", "PROXY TCP4 1.2.3.4 5.6.7.8 1 2 \r\n",
        "PROXY TCP4 1.2.3.256 5.6.7.8 1 2\r\n", "PROXY TCP4 01.2.3.4 5.6.7.8 1 2\r\n",
        "PROXY TCP4 1.2.3.4 5.6.7 1 2\r\n", "PROXY TCP4 1.2.3.4 5.6.7.8 65536 2\r\n",
        "PROXY TCP4 1.2.3.4 5.6.7.8 01 2\r\n", "PROXY TCP4 1.2.3.4 5.6.7.8 -1 2\r\n",
        "PROXY TCP4 1.2.3.4 5.6.7.8 1 x\r\n", "PROXY TCP4 ::1 ::2 1 2\r\n",
        "PROXY TCP6 1.2.3.4 5.6.7.8 1 2\r\n",
        "PROXY TCP6 [::1] ::2 1 2\r\n", "PROXY TCP5 1.2.3.4 5.6.7.8 1 2\r\n",
        "PROXY UDP4 1.2.3.4 5.6.7.8 1 2\r\n",
        "PROXY tcp4 1.2.3.4 5.6.7.8 1 2\r\n", "PROXY unknown!!\r\n", "PROXY UNKNOWNS\r\n",
        "PROXY TCP4 1.2.3.4\t5.6.7.8 1 2\r\n", "PROXY TCP4 1.2.3.4 5.6.7.8 1 2\n", "PROXY UNKNOWN \n\r\n",
        "PROXY TCP4 1.2.3.4 5.6.7.8 1 2\r\r\n", "PROXY UNKNOWN a\rb\r\n", "PROXY UNKNOWN a\nb\r\n",
        "PROXY \u{0}CP4 1.2.3.4 5.6.7.8 1 2\r\n", "PROXY TCP4 １.2.3.4 5.6.7.8 1 2\r\n",
    ]

    @Test(arguments: lines) func `a line of version 1 names its source`(line: String, source: String?) throws
    {
        let expected = try source.map { ProxyHeader.Origin.forwarded(try SocketAddress($0)) } ?? .ownAddress
        #expect(try read(Array(line.utf8)).origin == expected)
        #expect(line.utf8.count <= ProxyHeader.lineBytesMax)
    }

    @Test(arguments: wrongLines) func `a line that is not quite one is refused`(line: String) {
        #expect(throws: ProxyFault.malformed) { try read(Array(line.utf8)) }
    }

    @Test func `the longest line is taken and one byte more is not`() throws {
        let start = "PROXY UNKNOWN "
        let longest = start + String(repeating: "x", count: 107 - start.utf8.count - 2) + "\r\n"
        #expect(try read(Array(longest.utf8)).origin == .ownAddress)
        let tooLong = start + String(repeating: "x", count: 107 - start.utf8.count - 1) + "\r\n"
        #expect(throws: ProxyFault.tooLong) { try read(Array(tooLong.utf8)) }
        #expect(throws: ProxyFault.tooLong) {
            try read(Array((start + String(repeating: "x", count: 4_096)).utf8))
        }
    }

    @Test func `a line without end is given up within its bound`() throws {
        var header = ProxyHeader(), step = ProxyHeader.firstStep, count = 0
        let fault = #expect(throws: ProxyFault.self) {
            while case .read(let more) = step {
                let bytes = (count..<count + more).map {
                    $0 < 6 ? Array("PROXY ".utf8)[$0] : UInt8(ascii: "1")
                }
                count += more
                step = try header.received(bytes)
            }
        }
        #expect(fault == .tooLong && count <= 107)
    }

    // MARK: Version 2

    static let v4Body: [UInt8] = [203, 0, 113, 7, 10, 0, 0, 1, 0x30, 0x39, 0x01, 0xBB]
    static let v6Body: [UInt8] =
        [0x20, 0x01, 0x0D, 0xB8] + [UInt8](repeating: 0, count: 11) + [0x07]
        + [UInt8](repeating: 0xFD, count: 16) + [0x30, 0x39, 0x01, 0xBB]
    static let options: [UInt8] = [0x04, 0x00, 0x03, 1, 2, 3, 0x03, 0x00, 0x04, 9, 9, 9, 9]

    static func binary(
        _ kind: UInt8, _ body: [UInt8], command: UInt8 = 0x21, length: Int? = nil
    ) -> [UInt8] {
        let length = length ?? body.count
        let signature: [UInt8] = [13, 10, 13, 10, 0, 13, 10] + Array("QUIT\n".utf8)
        return signature + [command, kind, UInt8(length >> 8), UInt8(length & 0xFF)] + body
    }

    @Test func `a header of version 2 names its source, whatever options follow`() throws {
        for options in [[], Self.options, [UInt8](repeating: 0xAA, count: 1_000)] {
            let v4 = try read(Self.binary(0x11, Self.v4Body + options)).origin
            #expect(v4 == .forwarded(try SocketAddress("203.0.113.7:12345")))
            let v6 = try read(Self.binary(0x21, Self.v6Body + options)).origin
            #expect(v6 == .forwarded(try SocketAddress("[2001:db8::7]:12345")))
        }
    }

    @Test func `IPv4 inside IPv6 is made plain`() throws {
        let mapped = [UInt8](repeating: 0, count: 10) + [0xFF, 0xFF, 10, 0, 0, 7]
        let origin = try read(Self.binary(0x21, mapped + mapped + [0, 1, 0, 2])).origin
        #expect(origin == .forwarded(try SocketAddress("10.0.0.7:1")))
    }

    @Test func `LOCAL means the socket's own address, whatever it carries`() throws {
        for kind in UInt8.min...UInt8.max {
            for body in [[], Self.v4Body, Self.v6Body, Self.options] {
                #expect(try read(Self.binary(kind, body, command: 0x20)).origin == .ownAddress)
            }
        }
    }

    @Test func `every kind of connection is forwarded, passed over or refused`() throws {
        let body = [UInt8](repeating: 1, count: 216)
        let passedOver: Set<UInt8> = [0x00, 0x01, 0x02, 0x10, 0x12, 0x20, 0x22, 0x30, 0x31, 0x32]
        for kind in UInt8.min...UInt8.max {
            let origin = try? read(Self.binary(kind, body)).origin
            switch kind {
            case 0x11, 0x21: #expect(origin != nil && origin != .ownAddress)
            case _ where passedOver.contains(kind): #expect(origin == .ownAddress)
            default: #expect(origin == nil)
            }
        }
    }

    @Test func `every version and command but those two is refused`() {
        for command in UInt8.min...UInt8.max where command != 0x20 && command != 0x21 {
            #expect(throws: ProxyFault.malformed) {
                try read(Self.binary(0x11, Self.v4Body, command: command))
            }
        }
    }

    @Test func `less room than the addresses need is refused before it is read`() {
        for (kind, body) in [(UInt8(0x11), Self.v4Body), (0x21, Self.v6Body)] {
            for length in 0..<body.count {
                #expect(throws: ProxyFault.malformed) { try read(Self.binary(kind, body, length: length)) }
            }
        }
    }

    @Test func `a header that says it is longer than the bound is refused at its sixteenth byte`() throws {
        let most = ProxyHeader.binaryBytesMax - 16
        let long = Self.v4Body + [UInt8](repeating: 0, count: most - Self.v4Body.count)
        #expect(try read(Self.binary(0x11, long)).taken == ProxyHeader.binaryBytesMax)
        for length in [most + 1, 0xFFFF] {
            var header = ProxyHeader()
            _ = try header.received([13])
            let rest = Array(Self.binary(0x11, [], length: length).dropFirst())
            #expect(throws: ProxyFault.tooLong) { try header.received(rest) }
        }
    }

    // MARK: Both

    static let headers =
        lines.map { Array($0.0.utf8) } + [
            binary(0x11, v4Body), binary(0x21, v6Body + options), binary(0, [], command: 0x20),
            binary(0x11, v4Body, command: 0x20),
            binary(0, []),
        ]

    @Test(arguments: headers) func `never one byte behind it is asked for`(header: [UInt8]) throws {
        let behind = Array("\r\nPROXY TCP4 9.9.9.9 9.9.9.9 9 9\r\n".utf8)
        #expect(try read(header + behind).taken == header.count)
        #expect(try read(header + behind).origin == read(header).origin)
    }

    @Test(arguments: headers) func `no prefix of it is complete`(header: [UInt8]) {
        for count in 0..<header.count {
            #expect(throws: Missing.self) { try read(Array(header.prefix(count))) }
        }
    }

    /// A flipped bit is refused, except in what names addresses and in what is passed over.
    @Test(arguments: headers) func `a flipped bit changes an address, or what is passed over, or is refused`(
        header: [UInt8]
    ) throws {
        let origin = try read(header).origin
        for index in header.indices {
            for bit in 0..<8 {
                var flipped = header
                flipped[index] ^= 1 << bit
                // What wants more bytes than there are waits for them until the deadline.
                guard let outcome = try? read(flipped) else { continue }
                let isBinary = header[0] == 13
                let isFixed = isBinary ? index < 12 : index < 6
                #expect(!isFixed, "byte \(index)")
                if outcome.origin != origin, isBinary {
                    #expect(index == 12 || index == 13 || index >= 16, "byte \(index)")
                }
            }
        }
    }

    @Test(arguments: [
        "GET / HTTP/1.1\r\n", "\u{16}\u{3}\u{1}", " ", "proxy TCP4", "PROXX TCP4 1.1.1.1 2.2.2.2 1 2",
        "PROXYTCP4 1.1.1.1 2.2.2.2",
    ])
    func `what is no header at all is refused by its first bytes`(text: String) {
        #expect(throws: ProxyFault.missing) { try read(Array(text.utf8)) }
    }

    @Test(arguments: 0..<200) func `whatever arrives, it ends within its bound`(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let start: [[UInt8]] = [
            [], Array("PROXY ".utf8), Array("PROXY TCP4 ".utf8), Self.binary(0x11, [], length: 40),
        ]
        var bytes = start[Int(seed) % start.count]
        while bytes.count < 2_000 { bytes.append(UInt8.random(in: 0...255, using: &random)) }
        let taken = (try? read(bytes).taken) ?? 0
        #expect(taken <= ProxyHeader.binaryBytesMax)
    }

    // MARK: Reading

    private struct Missing: Error {}

    /// Gives the parser what it asks for, out of `bytes`; how many it took, and whom it names.
    @discardableResult
    private func read(_ bytes: [UInt8]) throws -> (taken: Int, origin: ProxyHeader.Origin) {
        var header = ProxyHeader(), step = ProxyHeader.firstStep, taken = 0
        while true {
            switch step {
            case .read(let count):
                try #require(count > 0)
                guard taken + count <= bytes.count else { throw Missing() }
                step = try header.received(Array(bytes[taken..<taken + count]))
                taken += count
            case .complete(let origin): return (taken, origin)
            }
        }
    }
}
