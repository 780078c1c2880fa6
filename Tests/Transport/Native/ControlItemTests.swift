import ConclaveCodec
import ConclaveCryptography
import ConclavePrimitives
import ConclaveVectors
import Testing

@testable import ConclaveTransport

@Suite struct ControlItemTests {
    private static let limits = DiscoveryMessage.Limits(peersMax: 100, recordsMax: 10)

    /// One of each kind, discovery's three included.
    private static func samples() throws -> [ControlItem] {
        let address = try SocketAddress("127.0.0.1:4600")
        let record = AddressRecord(
            ingress: .socket(address), time: WallTime(milliseconds: 5),
            key: try SigningKey(seed: [UInt8](repeating: 5, count: 32)), namespace: try Namespace("test"))
        let discovery: [DiscoveryMessage] = [
            .greeting(record), .bitVector(BitVector(index: 300, bits: Bitmap(count: 9))),
            .peers(PeerList([record])),
        ]
        return [
            .padding(byteCount: 0), .padding(byteCount: 300), .hello(NativeSpeaker.hello), .ping(1),
            .pong(.max), .goodbye(.notWanted),
        ] + discovery.map { .discovery($0) }
    }

    @Test func `pings, pongs, goodbyes and padding are the golden ones`() throws {
        let golden = try GoldenNative.read().items
        for vector in golden.pings {
            let number = try #require(UInt64(vector.number))
            try expect(.ping(number), vector.ping)
            try expect(.pong(number), vector.pong)
        }
        #expect(golden.goodbyes.map(\.name) == GoodbyeReason.allCases.map(\.name))
        for (vector, reason) in zip(golden.goodbyes, GoodbyeReason.allCases) {
            try expect(.goodbye(reason), vector.item)
        }
        for vector in golden.paddings { try expect(.padding(byteCount: vector.count), vector.item) }
    }

    @Test func `greetings, bit vectors and answers are the golden ones`() throws {
        let golden = try GoldenNative.read().discovery
        let namespace = try Namespace(golden.namespace)
        let records = try golden.greetings.map { vector in
            AddressRecord(
                ingress: try Ingress(vector.ingress),
                time: WallTime(milliseconds: try #require(UInt64(vector.timeMs))),
                key: try SigningKey(seed: try Item.golden(vector.seed)), namespace: namespace)
        }
        #expect(records.count == 3)
        for (vector, record) in zip(golden.greetings, records) {
            try expect(.discovery(.greeting(record)), vector.item)
        }
        for vector in golden.bitVectors {
            var bits = Bitmap(count: vector.bits.count)
            for (place, bit) in vector.bits.enumerated() { bits[place] = bit == "1" }
            let index = try #require(UInt64(vector.index))
            try expect(.discovery(.bitVector(BitVector(index: index, bits: bits))), vector.item)
        }
        for vector in golden.peers {
            let list = PeerList(Array(records.prefix(vector.count)))
            try expect(.discovery(.peers(list)), vector.item)
        }
    }

    private func expect(_ item: ControlItem, _ hex: String) throws {
        #expect(Hex.text(item.encoded) == hex)
        #expect(try Self.decode(Item.golden(hex)) == item)
    }

    @Test func `every item comes back as it went`() throws {
        for item in try Self.samples() { #expect(try Self.decode(item.encoded) == item) }
    }

    @Test func `every item cut anywhere is refused`() throws {
        for item in try Self.samples() {
            let bytes = item.encoded
            for count in 1..<bytes.count {
                #expect(throws: DecodeError.self, "\(item), \(count) bytes") {
                    _ = try Self.decode(Array(bytes.prefix(count)))
                }
            }
        }
    }

    @Test func `an unknown tag and an unknown reason are refused`() {
        for tag in (8 as UInt8)...0x7F {
            #expect(throws: DecodeError.unknownTag(tag)) { try Self.decode([tag, 0, 0, 0, 0, 0, 0, 0, 0]) }
        }
        for reason in (5 as UInt8)...255 {
            #expect(throws: DecodeError.unknownTag(reason)) { try Self.decode([7, reason]) }
        }
    }

    @Test func `what padding holds is ignored, and its length has one form`() throws {
        #expect(try Self.decode([0, 3, 1, 2, 3]) == .padding(byteCount: 3))
        #expect(throws: DecodeError.nonCanonicalVarint) { try Self.decode([0, 0x80, 0]) }
        #expect(throws: DecodeError.truncated(missing: Int(UInt32.max))) {
            try Self.decode([0, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F])
        }
    }

    @Test func `discovery's items have no place in lookup mode, and are its own with the next higher tag`()
        throws
    {
        for item in try Self.samples() {
            guard case .discovery(let message) = item else { continue }
            let bytes = item.encoded
            #expect(bytes.first == message.encoded.first.map { $0 + 1 })
            #expect(bytes.dropFirst() == message.encoded.dropFirst())
            let tag = try #require(bytes.first)
            #expect(throws: DecodeError.unknownTag(tag)) { try Self.decode(bytes, discovery: nil) }
        }
    }

    private static func decode(
        _ bytes: [UInt8], discovery: DiscoveryMessage.Limits? = limits
    ) throws(DecodeError) -> ControlItem {
        var reader = unsafe Reader(bytes.span.bytes)
        let item = try ControlItem(tag: try reader.byte(), from: &reader, discovery: discovery)
        try reader.finish()
        return item
    }
}
