internal import ConclaveCodec
internal import ConclaveCryptography
internal import ConclaveFuzzing
internal import ConclaveTestWires
internal import ConclaveTransport

/// Makes records out of choices: mostly items that may stand where they stand.
struct Speaker: ~Copyable {
    static let limits: [UInt64: Int] = [0: 100, 1: 6_000, 300: 40_000]
    static let channels = ChannelTable(limits.sorted { $0.key < $1.key }.map { ($0.key, $0.value) })
    /// Channel 1 takes compressed messages.
    static let hello = NativeHello(
        versions: 1...2, recordBytes: 20_000, agent: "fuzz",
        channels: limits.map {
            .init(
                number: $0.key, messageBytesMax: UInt32($0.value), flags: $0.key == 1 ? .takesCompression : []
            )
        })

    private var sealing = SealingKey(key: Wiretap.key)
    private var hasSaidHello = false

    mutating func record(_ choices: inout Choices) -> [UInt8] {
        var items: [UInt8] = []
        if !hasSaidHello, !choices.once(in: 16) {
            hasSaidHello = true
            items += Self.hello(&choices)
        }
        for _ in 0..<choices.number(below: 6) { items += Self.item(&choices) }
        if choices.once(in: 12), !items.isEmpty { items[choices.number(below: items.count)] = choices.byte() }
        if choices.once(in: 16) { items.removeLast(choices.number(below: items.count + 1)) }
        return items
    }

    mutating func sealed(_ plaintext: [UInt8]) throws(Finding) -> [UInt8] {
        var record = plaintext + [UInt8](repeating: 0, count: SealingKey.overhead)
        let isSealed: Void? = unsafe record.withUnsafeMutableBytes { bytes in
            guard let start = bytes.baseAddress else { return nil }
            return try? unsafe sealing.seal(start, count: plaintext.count)
        }
        guard isSealed != nil else { throw Finding("a record cannot be sealed") }
        var writer = Writer()
        writer.lengthPrefixed(record)
        return writer.bytes
    }

    private static func hello(_ choices: inout Choices) -> [UInt8] {
        let lowest = UInt8(choices.number(in: 1...3))
        let theirs = NativeHello(
            versions: lowest...max(lowest, UInt8(choices.number(in: 1...3))),
            features: UInt64(choices.byte()),
            recordBytes: choices.number(in: RecordLimit.lowest...RecordLimit.highest), agent: "other",
            channels: [0, 1, 7].map {
                .init(
                    number: $0, messageBytesMax: choices.integer(),
                    flags: choices.once(in: 2) ? .takesCompression : [])
            })
        return ControlItem.hello(choices.once(in: 4) ? theirs : hello).encoded
    }

    private static func item(_ choices: inout Choices) -> [UInt8] {
        switch choices.number(below: 16) {
        case 0: ControlItem.padding(byteCount: choices.number(below: 300)).encoded
        case 1: ControlItem.ping(choices.integer()).encoded
        case 2: ControlItem.pong(choices.integer()).encoded
        case 3: choices.once(in: 8) ? [7, choices.byte() % 8] : []
        case 4: choices.bytes(atMost: 12)
        default: message(&choices)
        }
    }

    private static func message(_ choices: inout Choices) -> [UInt8] {
        var writer = Writer()
        let part = UInt8(choices.number(below: 3)), priority = UInt8(choices.number(in: 1...5))
        let isCompressed = part < 2 && choices.once(in: 3)
        writer.byte(0x80 | priority << 4 | (isCompressed ? 4 : 0) | part)
        if part < 2 { writer.varint(choices.element(of: [0, 1, 300, isCompressed ? 1 : 300])) }
        let body = body(isCompressed, &choices)
        if part == 1 {
            writer.varint(UInt64(choices.once(in: 2) ? choices.number(below: 7_000) : body.count + 5))
        }
        writer.lengthPrefixed(body)
        return writer.bytes
    }

    private static func body(_ isCompressed: Bool, _ choices: inout Choices) -> [UInt8] {
        if isCompressed {
            let original = [UInt8](repeating: choices.byte(), count: choices.number(below: 7_000))
            return CompressedMessage.encoding(original) ?? original
        }
        return choices.once(in: 4)
            ? pattern(choices.number(below: 6_000), seed: choices.seed())
            : choices.bytes(atMost: choices.number(below: 120))
    }
}
