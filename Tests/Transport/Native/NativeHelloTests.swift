import ConclaveCodec
import ConclaveVectors
import Testing

@testable import ConclaveTransport

@Suite struct NativeHelloTests {
    @Test func `the golden hellos come out of their fields, and go back into them`() throws {
        let golden = try GoldenNative.read().items.hellos
        #expect(golden.count == 3)
        for vector in golden {
            let hello = NativeHello(
                versions: vector.lowest...vector.highest, features: try #require(UInt64(vector.features)),
                recordBytes: vector.recordLimit, agent: vector.agent,
                channels: try vector.channels.map {
                    NativeHello.Channel(
                        number: try #require(UInt64($0.number)), messageBytesMax: $0.largest,
                        flags: .init(rawValue: $0.flags))
                })
            #expect(Hex.text(ControlItem.hello(hello).encoded) == vector.item)
            #expect(try NativeHello(decoding: Array(Item.golden(vector.item).dropFirst())) == hello)
        }
    }

    @Test func `a hello cut anywhere is truncated, and one with a byte more has that left`() throws {
        for vector in try GoldenNative.read().items.hellos {
            let bytes = Array(try Item.golden(vector.item).dropFirst())
            for count in bytes.indices {
                #expect(throws: DecodeError.self, "\(count) bytes") {
                    try NativeHello(decoding: Array(bytes.prefix(count)))
                }
            }
            #expect(throws: DecodeError.trailingBytes(1)) { try NativeHello(decoding: bytes + [0]) }
        }
    }

    @Test func `the largest hello fits the first record`() throws {
        let channels = (0..<UInt64(NativeHello.channelsMax)).map {
            NativeHello.Channel(number: .max - $0, messageBytesMax: .max)
        }
        let hello = NativeHello(
            versions: 1...255, features: .max, recordBytes: 65_408, agent: String(repeating: "x", count: 64),
            channels: channels)
        #expect(ControlItem.hello(hello).encoded.count <= RecordLimit.beforeHello)
        #expect(try NativeHello(decoding: hello.encoded) == hello)
    }

    @Test(
        arguments: [
            ([0, 1], DecodeError.belowLimit(value: 0, limit: 1)), ([2, 1], .notAscending),
        ] as [([UInt8], DecodeError)]) func `versions are from 1 on, and not the wrong way round`(
            versions: [UInt8], error: DecodeError
        )
    {
        #expect(throws: error) { try NativeHello(decoding: Self.hello(versions: versions)) }
    }

    @Test(
        arguments: [
            (4_095, DecodeError.belowLimit(value: 4_095, limit: 4_096)),
            (65_409, .aboveLimit(value: 65_409, limit: 65_408)), (0, .belowLimit(value: 0, limit: 4_096)),
        ] as [(UInt64, DecodeError)]) func `a record limit that nobody may have is refused`(
            limit: UInt64, error: DecodeError
        )
    {
        #expect(throws: error) { try NativeHello(decoding: Self.hello(recordLimit: limit)) }
    }

    @Test func `an agent is printable ASCII of at most 64 bytes`() throws {
        for byte in [0x1F, 0x7F, 0x80, 0xFF] as [UInt8] {
            #expect(throws: DecodeError.malformedText) {
                try NativeHello(decoding: Self.hello(agent: [0x61, byte]))
            }
        }
        #expect(throws: DecodeError.aboveLimit(value: 65, limit: 64)) {
            try NativeHello(decoding: Self.hello(agent: [UInt8](repeating: 0x61, count: 65)))
        }
        #expect(try NativeHello(decoding: Self.hello(agent: [0x20, 0x7E])).agent == " ~")
    }

    @Test func `channels stand in ascending order, each once, and there are at most 128`() throws {
        for numbers in [[1, 1], [2, 1], [0, 5, 4]] as [[UInt64]] {
            #expect(throws: DecodeError.notAscending) {
                try NativeHello(decoding: Self.hello(channels: numbers))
            }
        }
        #expect(throws: DecodeError.aboveLimit(value: 129, limit: 128)) {
            try NativeHello(decoding: Self.hello(channels: Array(0..<129)))
        }
        #expect(try NativeHello(decoding: Self.hello(channels: Array(0..<128))).channels.count == 128)
    }

    @Test func `what a newer version may mean by features and flags is kept and ignored`() throws {
        let hello = try NativeHello(decoding: Self.hello(channels: [7], flags: 0xFE))
        #expect(hello.channel(7)?.flags.contains(.takesCompression) == false)
        #expect(hello.features == .max)
        #expect(try NativeHello(decoding: hello.encoded) == hello)
    }

    private static func hello(
        versions: [UInt8] = [1, 1], recordLimit: UInt64 = 4_096, agent: [UInt8] = [], channels: [UInt64] = [],
        flags: UInt8 = 0
    ) -> [UInt8] {
        var writer = Writer()
        writer.append(versions)
        writer.integer(UInt64.max)
        writer.varint(recordLimit)
        writer.lengthPrefixed(agent)
        writer.varint(UInt64(channels.count))
        for channel in channels {
            writer.varint(channel)
            writer.varint(9)
            writer.byte(flags)
        }
        return writer.bytes
    }
}
