internal import ConclaveCodec
internal import ConclaveFuzzing
internal import ConclaveTransport

extension FuzzCodec {
    /// Builds a value from choices, encodes it and expects it back.
    static func roundTrip(_ choices: inout Choices) throws(Finding) {
        switch choices.number(below: 5) {
        case 0: try varint(&choices)
        case 1: try bitmap(&choices)
        case 2: try returns(ingress(&choices))
        case 3: try returns(hello(&choices))
        default: try vector(&choices)
        }
    }

    private static func returns<Value: WireValue & Equatable>(_ value: Value?) throws(Finding) {
        guard let value else { return }
        let bytes = value.encoded
        let back = try? Value(decoding: bytes)
        try expect(back == value, "\(value) came back as \(String(describing: back)) from \(Hex.text(bytes))")
    }

    private static func varint(_ choices: inout Choices) throws(Finding) {
        let value = choices.integer(UInt64.self) >> UInt64(choices.number(below: 64))
        var writer = Writer()
        writer.varint(value)
        try expect(writer.bytes.count == varintLength(value), "\(value) has the length \(writer.bytes.count)")
        var reader = unsafe Reader(writer.bytes.span.bytes)
        let back = try? reader.varint64()
        try expect(
            back == value && reader.remaining == 0, "\(value) came back as \(String(describing: back))")
        var narrow = unsafe Reader(writer.bytes.span.bytes)
        let small = try? narrow.varint32()
        try expect(
            small == UInt32(exactly: value), "\(value) in 32 bits came back as \(String(describing: small))")
    }

    private static func bitmap(_ choices: inout Choices) throws(Finding) {
        let count = choices.number(below: 2_000)
        var bitmap = Bitmap(count: count)
        var set = [Bool](repeating: false, count: count)
        for _ in 0..<choices.number(below: 64) where count > 0 {
            let index = choices.number(below: count)
            set[index].toggle()
            bitmap[index] = set[index]
        }
        try expect(bitmap.population == set.count { $0 }, "\(bitmap.population) bits are set")
        var writer = Writer()
        bitmap.encode(into: &writer)
        var reader = unsafe Reader(writer.bytes.span.bytes)
        guard let back = try? Bitmap(from: &reader, limit: count) else {
            throw Finding("a bitmap of \(count) bits does not come back")
        }
        try expect(back == bitmap && set.indices.allSatisfy { back[$0] == set[$0] }, "other bits came back")
        var strict = unsafe Reader(writer.bytes.span.bytes)
        if count > 0, (try? Bitmap(from: &strict, limit: count - 1)) != nil {
            throw Finding("\(count) bits passed a limit of one less")
        }
    }

    private static func vector(_ choices: inout Choices) throws(Finding) {
        let bits = Bitmap(count: choices.number(below: 300))
        let message = DiscoveryMessage.bitVector(BitVector(index: choices.integer(), bits: bits))
        let back = try? DiscoveryMessage(decoding: message.encoded, limits: discovery)
        try expect(back == message, "\(message) came back as \(String(describing: back))")
    }

    static func address(_ choices: inout Choices) -> IPAddress? {
        IPAddress(networkOrder: choices.bytes(atMost: choices.once(in: 2) ? 16 : 4))
    }

    private static func ingress(_ choices: inout Choices) -> Ingress? {
        if choices.once(in: 2) {
            let name = String(decoding: choices.bytes(atMost: choices.number(below: 300)), as: UTF8.self)
            return (try? HostName(name)).map { .name($0, port: choices.integer()) }
        }
        return address(&choices).map { .socket(SocketAddress($0, port: choices.integer())) }
    }

    private static func hello(_ choices: inout Choices) -> NativeHello {
        let lowest = UInt8(choices.number(in: 1...255))
        let highest = UInt8(choices.number(in: Int(lowest)...255))
        var number: UInt64 = 0
        let channels = (0..<choices.number(below: 129)).map { _ in
            number += 1 + UInt64(choices.byte())
            return NativeHello.Channel(
                number: number, messageBytesMax: choices.integer(), flags: .init(rawValue: choices.byte()))
        }
        let text = choices.bytes(atMost: 64).map { 0x20 + $0 % 0x5F }
        return NativeHello(
            versions: lowest...highest, features: choices.integer(),
            recordBytes: choices.number(in: RecordLimit.lowest...RecordLimit.highest),
            agent: String(decoding: text, as: UTF8.self), channels: channels)
    }
}
