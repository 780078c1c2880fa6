internal import ConclaveCodec
internal import ConclaveCryptography
internal import ConclaveFuzzing
internal import ConclaveTransport

/// What a peer says: mostly what it may say where it says it.
enum Speech {
    /// One record, which comes behind what has not been read.
    static func say(_ choices: inout Choices, to end: FarEnd) throws(Finding) {
        guard end.isShaken else {
            end.garble(choices.bytes(atMost: 8))
            return
        }
        if end.profile != .commonware, !end.hasGreeted, !choices.once(in: 16) { try greet(end) }
        switch choices.number(below: 32) {
        case 0:
            try end.say(item(&choices, end), flippedBit: Int(choices.integer(UInt16.self)))
        case 1:
            end.garble(choices.bytes(atMost: 8))
        case 2:
            // Behind it comes something else, or nothing.
            try end.say(ControlItem.goodbye(choices.element(of: GoodbyeReason.allCases)).encoded)
            if !end.isGarbled { end.hasSaidTheLast() }
        case 3: try greet(end)
        case 4...7:
            for _ in 0..<choices.number(below: 60) { try end.say(message(1, &choices, end)) }
        default:
            var items: [UInt8] = []
            for _ in 0..<(end.profile == .commonware ? 1 : choices.number(in: 1...4)) {
                items += item(&choices, end)
            }
            try end.say(items)
        }
    }

    private static func greet(_ end: FarEnd) throws(Finding) {
        end.hasGreeted = true
        try end.say(ControlItem.hello(end.hello).encoded)
    }

    private static func item(_ choices: inout Choices, _ end: FarEnd) -> [UInt8] {
        if end.profile == .commonware {
            return choices.once(in: 6) ? [1] : message(choices.number(below: 6_000), &choices, end)
        }
        return switch choices.number(below: 16) {
        case 0, 1: ControlItem.ping(choices.integer()).encoded
        case 2, 3: ControlItem.pong(choices.once(in: 4) ? choices.integer() : end.lastPing).encoded
        case 4: ControlItem.padding(byteCount: choices.number(below: 300)).encoded
        case 5: choices.bytes(atMost: 12)
        default: message(choices.number(below: choices.once(in: 4) ? 30_000 : 100), &choices, end)
        }
    }

    /// Whole or in pieces, on one of the channels.
    private static func message(_ bytes: Int, _ choices: inout Choices, _ end: FarEnd) -> [UInt8] {
        let kind = choices.byte(), channel = UInt64(kind >> 2) % UInt64(FuzzedNode.channelCount)
        var writer = Writer()
        if end.profile == .commonware {
            writer.byte(0)
            writer.varint(channel)
        } else {
            let part: UInt8 = kind & 3 == 3 ? 1 + kind >> 7 : 0
            writer.byte(0x80 | (1 + kind >> 4 % 5) << 4 | part)
            if part < 2 { writer.varint(channel) }
            if part == 1 { writer.varint(UInt64(bytes * 2 + 1)) }
        }
        writer.lengthPrefixed([UInt8](repeating: kind, count: bytes))
        return writer.bytes
    }
}
