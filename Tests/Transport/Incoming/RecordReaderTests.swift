import ConclaveCodec
import ConclaveCryptography
import ConclavePrimitives
import ConclaveTestWires
import Testing

@testable import ConclaveTransport

@Suite struct RecordReaderTests {
    private static let sizes = [0, 1, 63, 64, 100, 1_000, 4_096, 4_097, 70_000, 300_000]

    private func story() throws -> (wire: [UInt8], heard: [Heard]) {
        let tap = Wiretap()
        var expected: [Heard] = []
        for (index, size) in Self.sizes.enumerated() {
            let message = (0..<size).map { UInt8(truncatingIfNeeded: $0 &+ index) }
            #expect(tap.send(message))
            expected.append(.message(channel: 0, message))
        }
        return (try tap.wireBytes(), expected)
    }

    @Test(arguments: 0..<40 as Range<UInt64>)
    func `any segmentation of the stream gives the same messages`(seed: UInt64) throws {
        let (wire, expected) = try story()
        var random = SplitMix64(seed: seed)
        let largest = [1, 3, 17, 100, 5_000, 262_144][Int(seed) % 6]
        let receiving = try Receiving()
        var rest = wire[...]
        while !rest.isEmpty {
            let count = largest == 1 ? min(rest.count, 400) : Int.random(in: 1...largest, using: &random)
            try receiving.feed(rest.prefix(count))
            rest = rest.dropFirst(count)
        }
        #expect(receiving.heard == expected)
    }

    @Test func `one byte at a time gives the same messages`() throws {
        let tap = Wiretap()
        for size in [0, 1, 200] { #expect(tap.send([UInt8](repeating: 9, count: size))) }
        let wire = try tap.wireBytes()
        let receiving = try Receiving()
        for byte in wire { try receiving.feed([byte]) }
        #expect(
            receiving.heard == [0, 1, 200].map { .message(channel: 0, [UInt8](repeating: 9, count: $0)) })
    }

    @Test func `a ping between messages keeps its place`() throws {
        let tap = Wiretap()
        #expect(tap.send([1]))
        var wire = try tap.wireBytes()
        tap.ping()
        wire += try tap.wireBytes()
        #expect(tap.send([2]))
        wire += try tap.wireBytes()
        let receiving = try Receiving()
        try receiving.feed(wire)
        #expect(receiving.heard == [.message(channel: 0, [1]), .ping, .message(channel: 0, [2])])
    }

    // MARK: Discovery

    static let limits = DiscoveryMessage.Limits(peersMax: 100, recordsMax: 2)

    static func discovery() throws -> [DiscoveryMessage] {
        let record = AddressRecord(
            ingress: .socket(SocketAddress(.loopback, port: 3_000)), time: WallTime(milliseconds: 7),
            key: try SigningKey(seed: [UInt8](repeating: 1, count: 32)), namespace: try Namespace("TEST"))
        return [
            .greeting(record), .bitVector(BitVector(index: 3, bits: Bitmap(count: 100))),
            .peers(PeerList([record, record])),
        ]
    }

    @Test func `discovery messages between messages keep their places`() throws {
        let tap = Wiretap()
        var wire: [UInt8] = [], expected: [Heard] = []
        for (number, message) in try Self.discovery().enumerated() {
            tap.control(message.encoded)
            wire += try tap.wireBytes()
            #expect(tap.send([UInt8(number)]))
            wire += try tap.wireBytes()
            expected += [.control(.discovery(message)), .message(channel: 0, [UInt8(number)])]
        }
        let receiving = try Receiving(discovery: Self.limits)
        try receiving.feed(wire)
        #expect(receiving.heard == expected)
    }

    @Test func `what the own limits do not allow ends the link, and so does anything behind a message`()
        throws
    {
        let messages = try Self.discovery()
        let record = try #require(messages.first?.encoded.dropFirst())
        let steps: [([UInt8], PeerFault)] =
            [
                ([3, 3] + record + record + record, .malformed(.aboveLimit(value: 3, limit: 2))),
                (
                    DiscoveryMessage.bitVector(BitVector(index: 3, bits: Bitmap(count: 101))).encoded,
                    .malformed(.aboveLimit(value: 101, limit: 100))
                ),
                ([4], .malformed(.unknownTag(4))), ([255, 0], .malformed(.unknownTag(255))),
                ([1], .malformed(.truncated(missing: 1))),
            ] + messages.map { ($0.encoded + [0], .malformed(.trailingBytes(1))) }
        for (plaintext, fault) in steps {
            let tap = Wiretap()
            tap.control(plaintext)
            let receiving = try Receiving(discovery: Self.limits)
            let wire = try tap.wireBytes()
            #expect(throws: fault) { try receiving.feed(wire) }
            #expect(receiving.heard.isEmpty)
        }
    }

    @Test func `a ping means nothing in discovery, and a greeting nothing in lookup`() throws {
        let tap = Wiretap()
        tap.ping()
        let ping = try tap.wireBytes()
        #expect(throws: PeerFault.self) { try Receiving(discovery: Self.limits).feed(ping) }
        let other = Wiretap()
        other.control(try Self.discovery()[0].encoded)
        let greeting = try other.wireBytes()
        #expect(throws: PeerFault.self) { try Receiving().feed(greeting) }
    }

    @Test func `a greeting fits although no channel takes messages`() throws {
        let tap = Wiretap()
        tap.control(try Self.discovery()[0].encoded)
        let limits = DiscoveryMessage.Limits(peersMax: 100, recordsMax: 2, messageBytesMax: 512)
        let receiving = try Receiving(channels: [], discovery: limits)
        try receiving.feed(try tap.wireBytes())
        #expect(receiving.heard.count == 1)
    }

    @Test func `messages of several channels keep their order`() throws {
        let tap = Wiretap()
        let channels: [UInt64] = [3, 3, 900, 3, UInt64.max]
        for channel in channels { #expect(tap.send([UInt8(truncatingIfNeeded: channel)], channel: channel)) }
        let receiving = try Receiving(channels: [(3, 10), (900, 10), (UInt64.max, 10)])
        try receiving.feed(try tap.wireBytes())
        #expect(receiving.heard == channels.map { .message(channel: $0, [UInt8(truncatingIfNeeded: $0)]) })
    }

    @Test func `an idle reader owns no memory and an unfinished frame pins only its own`() throws {
        let tap = Wiretap()
        #expect(tap.send([UInt8](repeating: 1, count: 50_000)))
        let wire = try tap.wireBytes()
        let receiving = try Receiving()
        #expect(receiving.pinnedBytes == 0)
        try receiving.feed(wire.prefix(10))
        #expect(receiving.pinnedBytes >= 50_000)
        #expect(receiving.pinnedBytes <= 65_536)
        try receiving.feed(wire.dropFirst(10))
        #expect(receiving.pinnedBytes == 0)
    }

    // MARK: What a peer can get wrong

    @Test func `every flipped bit of a record ends the link`() throws {
        let tap = Wiretap()
        #expect(tap.send([1, 2, 3]))
        let wire = try tap.wireBytes()
        for bit in 8..<wire.count * 8 {
            var forged = wire
            forged[bit / 8] ^= 1 << UInt8(bit % 8)
            let receiving = try Receiving()
            do throws(PeerFault) {
                try receiving.feed(forged)
                Issue.record("bit \(bit) was not noticed")
            } catch {
                #expect(error == .forgedRecord)
            }
            #expect(receiving.heard.isEmpty)
        }
    }

    @Test func `a record dropped, repeated or swapped ends the link`() throws {
        let tap = Wiretap()
        var records: [[UInt8]] = []
        for byte in 0..<3 as Range<UInt8> {
            #expect(tap.send([byte]))
            records.append(try tap.wireBytes())
        }
        for order in [[1], [0, 0], [0, 2], [1, 0], [0, 1, 1]] {
            let receiving = try Receiving()
            #expect(throws: PeerFault.forgedRecord) { try receiving.feed(order.flatMap { records[$0] }) }
        }
    }

    @Test(arguments: [0, 15]) func `A15 a frame too short for a seal ends the link`(length: Int) throws {
        let receiving = try Receiving()
        #expect(throws: PeerFault.frameSize(length)) {
            try receiving.feed([UInt8(length)] + [UInt8](repeating: 0, count: length))
        }
    }

    @Test func `A15 every prefix of a record that passes for a whole one ends the link`() throws {
        let tap = Wiretap()
        #expect(tap.send([1, 2, 3]))
        let record = Array(try tap.wireBytes().dropFirst())
        for count in record.indices {
            let receiving = try Receiving()
            #expect(throws: count < 16 ? PeerFault.frameSize(count) : .forgedRecord) {
                try receiving.feed([UInt8(count)] + record.prefix(count))
            }
            #expect(receiving.heard.isEmpty)
        }
    }

    @Test func `a frame above the limit ends the link before anything is allocated`() throws {
        let receiving = try Receiving(channels: [(0, 100)])
        var writer = Writer()
        writer.varint(100 + 16 + 16 + 1)
        #expect(throws: PeerFault.frameSize(133)) { try receiving.feed(writer.bytes) }
        #expect(receiving.pinnedBytes == 0)
        let huge = try Receiving()
        #expect(throws: PeerFault.frameSize(Int(UInt32.max))) {
            try huge.feed([0xFF, 0xFF, 0xFF, 0xFF, 0x0F])
        }
    }

    @Test(arguments: [
        ([0x80, 0x00] as [UInt8], DecodeError.nonCanonicalVarint),
        ([0xFF, 0xFF, 0xFF, 0xFF, 0x1F], .varintOverflow),
        ([0xFF, 0xFF, 0xFF, 0xFF, 0xFF], .nonCanonicalVarint),
    ]) func `a frame header that is not the shortest form ends the link`(bytes: [UInt8], error: DecodeError)
        throws
    {
        let receiving = try Receiving()
        #expect(throws: PeerFault.malformed(error)) { try receiving.feed(bytes) }
    }

    @Test(arguments: [
        ([] as [UInt8], PeerFault.malformed(.truncated(missing: 1))),
        ([2], .malformed(.unknownTag(2))),
        ([1, 0], .malformed(.trailingBytes(1))),
        ([0], .malformed(.truncated(missing: 1))),
        ([0, 0, 2, 9], .malformed(.truncated(missing: 1))),
        ([0, 0, 1, 9, 9], .malformed(.trailingBytes(1))),
        ([0, 5, 0], .unknownChannel(5)),
        ([0, 0, 101] + [UInt8](repeating: 0, count: 101), .malformed(.aboveLimit(value: 101, limit: 100))),
        ([0, 0x80, 0, 0], .malformed(.nonCanonicalVarint)),
    ]) func `a sealed record with nonsense in it ends the link`(plaintext: [UInt8], fault: PeerFault) throws {
        var sealing = SealingKey(key: Wiretap.key)
        var record = plaintext + [UInt8](repeating: 0, count: 16)
        try unsafe record.withUnsafeMutableBytes { bytes in
            guard let base = bytes.baseAddress else { return }
            try unsafe sealing.seal(base, count: plaintext.count)
        }
        var writer = Writer()
        writer.lengthPrefixed(record)
        let receiving = try Receiving(channels: [(0, 100)])
        #expect(throws: fault) { try receiving.feed(writer.bytes) }
        #expect(receiving.heard.isEmpty)
    }
}
