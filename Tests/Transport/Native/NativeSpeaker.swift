import ConclaveCodec
import ConclaveCryptography
import ConclaveTestWires
import ConclaveVectors
import Testing

@testable import ConclaveTransport

/// A peer of the `native` profile that says whatever the test wants, and the hellos of the tests.
struct NativeSpeaker: ~Copyable {
    static let messageBytesMax = 2_000_000
    /// Slot 0 takes everything raw; slot 1 allows compression; slot 2 is small.
    static let channels = ChannelTable([(0, messageBytesMax), (3, messageBytesMax), (300, 100)])
    static let hello = hello()

    private var sealing = SealingKey(key: Wiretap.key)

    static func hello(
        versions: ClosedRange<UInt8> = 1...1, recordBytes: Int = RecordLimit.highest,
        compressing: [UInt64] = [3]
    ) -> NativeHello {
        NativeHello(
            versions: versions, recordBytes: recordBytes, agent: "test/1",
            channels: channels.numbers.map {
                NativeHello.Channel(
                    number: $0, messageBytesMax: UInt32(messageBytesMax),
                    flags: compressing.contains($0) ? .takesCompression : [])
            })
    }

    /// A sealed record of these items, framed.
    mutating func record(_ items: [UInt8]...) throws -> [UInt8] {
        let plaintext = items.flatMap { $0 }
        var record = plaintext + [UInt8](repeating: 0, count: SealingKey.overhead)
        try unsafe record.withUnsafeMutableBytes { bytes in
            guard let base = bytes.baseAddress else { return }
            try unsafe sealing.seal(base, count: plaintext.count)
        }
        var writer = Writer()
        writer.lengthPrefixed(record)
        return writer.bytes
    }
}

/// Items as a peer may write them, right or wrong.
enum Item {
    static let hello = ControlItem.hello(NativeSpeaker.hello).encoded

    static func whole(
        _ bytes: [UInt8], channel: UInt64 = 0, priority: Priority = .normal, coding: MessageCoding = .raw
    ) -> [UInt8] {
        var writer = Writer()
        writer.byte(MessageTag(priority, coding, .whole).byte)
        writer.varint(channel)
        writer.lengthPrefixed(bytes)
        return writer.bytes
    }

    static func first(
        _ bytes: [UInt8], of total: UInt64, channel: UInt64 = 0, priority: Priority = .normal,
        coding: MessageCoding = .raw
    ) -> [UInt8] {
        var writer = Writer()
        writer.byte(MessageTag(priority, coding, .first).byte)
        writer.varint(channel)
        writer.varint(total)
        writer.lengthPrefixed(bytes)
        return writer.bytes
    }

    static func next(_ bytes: [UInt8], priority: Priority = .normal) -> [UInt8] {
        var writer = Writer()
        writer.byte(MessageTag(priority, .raw, .next).byte)
        writer.lengthPrefixed(bytes)
        return writer.bytes
    }

    /// The golden item in hexadecimal.
    static func golden(_ hex: String) throws -> [UInt8] {
        try #require(Hex.bytes(hex))
    }
}

extension Receiving {
    /// The receiving half that the tests of the `native` profile use, with the speaker's channels.
    static func native(recordBytes: Int = RecordLimit.highest) throws -> Receiving {
        try Receiving(native: NativeSpeaker.channels, hello: NativeSpeaker.hello(recordBytes: recordBytes))
    }

    /// The messages among what was heard.
    var messages: [[UInt8]] {
        heard.compactMap { if case .message(_, let bytes) = $0 { bytes } else { nil } }
    }
}

/// Bytes that differ from place to place and from seed to seed, made quickly in a debug build too.
func pattern(_ count: Int, _ seed: Int) -> [UInt8] {
    let period = (0..<251).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ seed) }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(count + period.count)
    while bytes.count < count { bytes += period }
    bytes.removeLast(bytes.count - count)
    return bytes
}
