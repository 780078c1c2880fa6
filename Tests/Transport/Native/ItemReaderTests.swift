import ConclaveCodec
import ConclaveCryptography
import ConclavePrimitives
import ConclaveTestWires
import ConclaveVectors
import Testing

@testable import ConclaveTransport

@Suite struct ItemReaderTests {
    // MARK: What comes in is what went out

    /// Messages of every size class, channel and priority, in the order in which they were sent.
    private func story(seed: UInt64) -> [(bytes: [UInt8], channel: UInt64, priority: Priority)] {
        var random = SplitMix64(seed: seed)
        let sizes = [0, 1, 63, 64, 100, 1_000, 4_090, 4_096, 4_097, 16_384, 65_000, 65_408, 70_000, 300_000]
        return (0..<30).map { index in
            let size = sizes[Int.random(in: 0..<sizes.count, using: &random)]
            let bytes = pattern(size, index)
            let priority = [Priority.critical, .high, .normal, .low, .bulk][
                Int.random(in: 0..<5, using: &random)]
            return (bytes, [0, 3][Int.random(in: 0..<2, using: &random)], priority)
        }
    }

    @Test(arguments: 0..<18 as Range<UInt64>)
    func `any segmentation of the stream gives the same messages`(seed: UInt64) throws {
        let tap = Wiretap(layout: .packed)
        let story = story(seed: seed)
        tap.send(.hello(NativeSpeaker.hello))
        let wire =
            try tap.wireBytes()
            + {
                if seed % 4 > 0 { tap.agreed(recordBytes: seed % 2 == 0 ? 10_000 : RecordLimit.highest) }
                for message in story {
                    #expect(tap.send(message.bytes, channel: message.channel, priority: message.priority))
                }
                return try tap.wireBytes()
            }()
        var random = SplitMix64(seed: seed)
        let largest = [1, 3, 17, 100, 5_000, 262_144][Int(seed) % 6]
        let receiving = try Receiving.native()
        var rest = wire[...]
        while !rest.isEmpty {
            // Single bytes at first, then larger reads, or the test would last for minutes.
            let count = wire.count - rest.count < 3_000 ? 1...largest : 1...max(largest, 2_000)
            let step = min(rest.count, Int.random(in: count, using: &random))
            try receiving.feed(rest.prefix(step))
            rest = rest.dropFirst(step)
        }
        // Each priority keeps its order; between two there is none.
        let heard = receiving.heard.dropFirst().map { $0 }
        #expect(heard.count == story.count)
        for priority in Priority.allCases {
            let sent = story.filter { $0.priority == priority }.map {
                Heard.message(channel: $0.channel, $0.bytes)
            }
            #expect(isSubsequence(sent, of: heard), "\(priority)")
        }
        #expect(receiving.pinnedBytes == 0)
    }

    private func isSubsequence(_ part: [Heard], of whole: [Heard]) -> Bool {
        var rest = part[...]
        for one in whole where rest.first == one { rest = rest.dropFirst() }
        return rest.isEmpty
    }

    @Test func `the golden messages, whole, compressed and in pieces, are understood`() throws {
        let golden = try GoldenNative.read()
        let items = golden.items
        var speaker = NativeSpeaker()
        var wire = try speaker.record(Item.hello)
        for message in items.messages { wire += try speaker.record(Item.golden(message.item)) }
        wire += try speaker.record(Item.golden(items.compressed.item))
        for pieces in items.pieces {
            for item in pieces.items { wire += try speaker.record(Item.golden(item)) }
        }
        let channels = ChannelTable([0, 3, 127, 128, 300, .max].map { ($0, 1_000) })
        let hello = NativeHello(
            versions: 1...1, recordBytes: 4_096, agent: "",
            channels: [.init(number: 3, messageBytesMax: 1_000, flags: .takesCompression)])
        let receiving = try Receiving(native: channels, hello: hello)
        try receiving.feed(wire)
        let originals =
            items.messages.map { ($0.channel, $0.bytes) } + [
                (items.compressed.channel, items.compressed.original)
            ]
            + items.pieces.map { ($0.channel, $0.bytes) }
        let expected = try originals.map { channel, bytes in
            Heard.message(channel: try #require(UInt64(channel)), try Item.golden(bytes))
        }
        #expect(Array(receiving.heard.dropFirst()) == expected)
    }

    @Test func `our packing of the golden messages is the golden items`() throws {
        for message in try GoldenNative.read().items.messages {
            let tap = Wiretap(layout: .packed)
            let priority = try #require(Priority(rawValue: message.priority))
            let channel = try #require(UInt64(message.channel))
            #expect(tap.send(try Item.golden(message.bytes), channel: channel, priority: priority))
            var speaker = NativeSpeaker()
            #expect(try tap.wireBytes() == speaker.record(Item.golden(message.item)))
        }
    }

    @Test func `messages of several channels keep their order, in one record or in many`() throws {
        let channels: [UInt64] = [0, 0, 3, 0, 3, 3, 300]
        let items = channels.enumerated().map { Item.whole([UInt8($0.offset)], channel: $0.element) }
        let expected = channels.enumerated().map { Heard.message(channel: $0.element, [UInt8($0.offset)]) }
        for cut in 0...items.count {
            var speaker = NativeSpeaker()
            let receiving = try Receiving.native()
            try receiving.feed(
                try speaker.record(Item.hello) + speaker.record(items[..<cut].flatMap { $0 } + [0, 0])
                    + speaker.record(items[cut...].flatMap { $0 } + [0, 1, 9]))
            #expect(receiving.heard.filter { if case .message = $0 { true } else { false } } == expected)
        }
    }

    @Test func `what stands between messages keeps its place`() throws {
        var speaker = NativeSpeaker()
        let receiving = try Receiving.native()
        try receiving.feed(
            try speaker.record(
                Item.hello, Item.whole([1]), ControlItem.ping(5).encoded, Item.whole([2]),
                Item.whole([3]), ControlItem.pong(6).encoded, ControlItem.goodbye(.replaced).encoded))
        #expect(
            receiving.heard == [
                .control(.hello(NativeSpeaker.hello)), .message(channel: 0, [1]), .control(.ping(5)),
                .message(channel: 0, [2]), .message(channel: 0, [3]), .control(.pong(6)),
                .control(.goodbye(.replaced)),
            ])
        #expect(receiving.terms?.recordBytes == RecordLimit.highest)
    }

    @Test func `pieces of five priorities mixed with whole messages come together`() throws {
        let priorities = Priority.allCases.filter { $0 != .control }
        let body = { (priority: Priority) in (0..<50).map { UInt8($0) &* priority.rawValue } }
        var speaker = NativeSpeaker()
        let receiving = try Receiving.native()
        try receiving.feed(try speaker.record(Item.hello))
        for priority in priorities {
            try receiving.feed(
                try speaker.record(Item.first(Array(body(priority)[..<1]), of: 50, priority: priority)))
            #expect(receiving.arrived(priority) == 1)
        }
        #expect(receiving.pinnedBytes >= 5 * 50)
        for place in 1..<50 {
            let items = priorities.map { Item.next([body($0)[place]], priority: $0) }
            try receiving.feed(try speaker.record(items.flatMap { $0 }))
        }
        #expect(receiving.messages == priorities.map(body))
        #expect(receiving.pinnedBytes == 0)
        #expect(priorities.allSatisfy { receiving.arrived($0) == nil })
        try receiving.feed(try speaker.record(Item.whole([1], priority: .bulk)))
        #expect(receiving.messages.last == [1])
    }

    @Test func `compressed messages, whole and in pieces, come out as they went in`() throws {
        let text = Array(String(repeating: "block proposal ", count: 10_000).utf8)
        let compressed = try #require(CompressedMessage.encoding(text))
        let tap = Wiretap(layout: .packed)
        tap.send(.hello(NativeSpeaker.hello))
        #expect(tap.send(compressed, coding: .lz4, channel: 3, priority: .bulk))
        #expect(
            tap.send(
                try #require(CompressedMessage.encoding(Array(text.prefix(900)))), coding: .lz4, channel: 3))
        let receiving = try Receiving.native()
        try receiving.feed(try tap.wireBytes())
        #expect(receiving.messages.sorted { $0.count < $1.count } == [Array(text.prefix(900)), text])
    }

    // MARK: What a peer can get wrong

    /// Where a connection stands.
    enum State: String, CaseIterable {
        case new, open, inPieces, ended

        var items: [UInt8] {
            switch self {
            case .new: []
            case .open: Item.hello
            case .inPieces: Item.hello + Item.first([1, 2], of: 4)
            case .ended: Item.hello + ControlItem.goodbye(.shutdown).encoded
            }
        }
    }

    struct Row: Sendable {
        let name: String
        let item: [UInt8]
        /// In the states new, open, in pieces, ended; nil where it is taken.
        let faults: [PeerFault?]

        init(_ name: String, _ item: [UInt8], _ faults: [PeerFault?]) {
            self.name = name
            self.item = item
            self.faults = faults
        }
    }

    private static let turn = PeerFault.outOfTurn
    private static func unknown(_ tag: UInt8) -> PeerFault { .malformed(.unknownTag(tag)) }

    static let table = [
        Row("hello", Item.hello, [nil, turn, turn, turn]),
        Row("padding", [0, 1, 9], [turn, nil, nil, turn]),
        Row("greeting in lookup mode", [2, 0], [turn, unknown(2), unknown(2), turn]),
        Row("ping", ControlItem.ping(1).encoded, [turn, nil, nil, turn]),
        Row("pong", ControlItem.pong(1).encoded, [turn, nil, nil, turn]),
        Row("goodbye", ControlItem.goodbye(.overloaded).encoded, [turn, nil, nil, turn]),
        Row("unknown tag", [8], [turn, unknown(8), unknown(8), turn]),
        Row("control message", [0x80, 0, 0], [turn, unknown(0x80), unknown(0x80), turn]),
        Row("priority 6", [0xE0, 0, 0], [turn, unknown(0xE0), unknown(0xE0), turn]),
        Row("unknown coding", [0xB8, 0, 0], [turn, unknown(0xB8), unknown(0xB8), turn]),
        Row("unknown part", [0xB3, 0, 0], [turn, unknown(0xB3), unknown(0xB3), turn]),
        Row("coded next piece", [0xB6, 1, 0], [turn, unknown(0xB6), unknown(0xB6), turn]),
        Row("whole", Item.whole([1]), [turn, nil, turn, turn]),
        Row(
            "whole, compressed",
            Item.whole([100] + [0x1F, 97, 1, 0, 75, 0x50, 97, 97, 97, 97, 97], channel: 3, coding: .lz4),
            [turn, nil, turn, turn]),
        Row("whole of another priority", Item.whole([1], priority: .high), [turn, nil, nil, turn]),
        Row("first piece", Item.first([1], of: 2), [turn, nil, turn, turn]),
        Row(
            "first piece elsewhere", Item.first([1], of: 2, priority: .low), [turn, nil, nil, turn]),
        Row("next piece", Item.next([1]), [turn, turn, nil, turn]),
        Row("last piece", Item.next([1, 2]), [turn, turn, nil, turn]),
        Row("next piece, too long", Item.next([1, 2, 3]), [turn, turn, .pieceSize(3), turn]),
        Row("next piece, empty", Item.next([]), [turn, turn, .pieceSize(0), turn]),
        Row("next piece of another priority", Item.next([1], priority: .high), [turn, turn, turn, turn]),
    ]

    @Test(arguments: table.indices) func `every item in every state is taken or ends the link`(index: Int)
        throws
    {
        let row = Self.table[index]
        for (state, fault) in zip(State.allCases, row.faults) {
            for isApart in [false, true] {
                var speaker = NativeSpeaker()
                let receiving = try Receiving.native()
                let apart = isApart && state != .new
                let wire =
                    try apart
                    ? speaker.record(state.items) + speaker.record(row.item)
                    : speaker.record(state.items + row.item)
                if let fault {
                    #expect(throws: fault, "\(row.name), \(state)") { try receiving.feed(wire) }
                } else {
                    #expect(throws: Never.self, "\(row.name), \(state)") { try receiving.feed(wire) }
                }
            }
        }
    }

    @Test(
        arguments: [
            (
                Item.first([1], of: 101, channel: 300),
                PeerFault.malformed(.aboveLimit(value: 101, limit: 100))
            ),
            (
                Item.first([1], of: UInt64(UInt32.max)),
                .malformed(.aboveLimit(value: 0xFFFF_FFFF, limit: 2_000_000))
            ),
            (Item.first([1], of: UInt64(UInt32.max) + 1), .malformed(.varintOverflow)),
            (Item.first([1], of: 1), .pieceSize(1)), (Item.first([1, 2], of: 1), .pieceSize(2)),
            (Item.first([], of: 5), .pieceSize(0)), (Item.first([], of: 0), .pieceSize(0)),
            (Item.first([1], of: 5, channel: 9), .unknownChannel(9)),
            (Item.first([1], of: 5, coding: .lz4), .compression(.notAllowed)),
            (Item.whole([1], channel: 9), .unknownChannel(9)),
            (Item.whole([1], channel: .max), .unknownChannel(.max)),
            (
                Item.whole([UInt8](repeating: 0, count: 101), channel: 300),
                .malformed(.aboveLimit(value: 101, limit: 100))
            ),
            (Item.whole([2, 0x10, 1], coding: .lz4), .compression(.notAllowed)),
            (Item.whole([2, 0x10, 1], channel: 300, coding: .lz4), .compression(.notAllowed)),
            (Item.whole([2, 0x20, 1, 1], channel: 3, coding: .lz4), .compression(.notShorter)),
            (Item.whole([0xFF, 0x7F, 0, 0], channel: 3, coding: .lz4), .compression(.ratio)),
            ([0xB0, 0, 2, 1], .malformed(.truncated(missing: 1))),
            ([0xB0], .malformed(.truncated(missing: 1))),
            ([0xB0, 0x80, 0, 0], .malformed(.nonCanonicalVarint)),
            ([0xB0, 0, 0x80, 0], .malformed(.nonCanonicalVarint)),
            ([0xB1, 0, 0x85, 0, 1, 1], .malformed(.nonCanonicalVarint)),
            ([0xB1, 0, 5, 4, 1], .malformed(.truncated(missing: 3))),
            ([0, 2, 1], .malformed(.truncated(missing: 1))), ([5, 0], .malformed(.truncated(missing: 7))),
        ] as [([UInt8], PeerFault)])
    func `a sealed record with nonsense in it ends the link, behind what was good`(
        item: [UInt8], fault: PeerFault
    ) throws {
        var speaker = NativeSpeaker()
        let receiving = try Receiving.native()
        let wire = try speaker.record(Item.hello) + speaker.record(Item.whole([7], priority: .high) + item)
        #expect(throws: fault) { try receiving.feed(wire) }
        #expect(receiving.messages == [[7]])
        #expect(receiving.pinnedBytes == 0)
    }

    @Test func `an empty record ends the link`() throws {
        var speaker = NativeSpeaker()
        let receiving = try Receiving.native()
        #expect(throws: PeerFault.malformed(.truncated(missing: 1))) {
            try receiving.feed(try speaker.record([]))
        }
    }

    @Test func `every flipped bit of a record ends the link`() throws {
        var speaker = NativeSpeaker()
        let hello = try speaker.record(Item.hello), record = try speaker.record(Item.whole([1, 2, 3]))
        for bit in 8..<record.count * 8 {
            let receiving = try Receiving.native()
            #expect(throws: PeerFault.forgedRecord) { try receiving.feed(hello + flipped(record, bit)) }
            #expect(receiving.messages.isEmpty)
        }
    }

    @Test func `a record is as long as the two hellos allow, and as the lowest limit before them`() throws {
        let long = Item.whole([UInt8](repeating: 1, count: 6_000))
        var speaker = NativeSpeaker()
        let early = try Receiving.native()
        let first = try speaker.record(Item.hello + [0, 0xDC, 0x1F] + [UInt8](repeating: 0, count: 4_060))
        #expect(throws: PeerFault.self) { try early.feed(first) }
        #expect(early.heard.isEmpty)

        speaker = NativeSpeaker()
        let strict = try Receiving.native(recordBytes: 6_000)
        try strict.feed(try speaker.record(Item.hello))
        #expect(throws: PeerFault.frameSize(long.count + 16)) { try strict.feed(try speaker.record(long)) }

        speaker = NativeSpeaker()
        let lenient = try Receiving.native(recordBytes: long.count)
        try lenient.feed(try speaker.record(Item.hello) + speaker.record(long))
        #expect(lenient.messages.count == 1)
    }

    @Test func `bytes that are claimed and do not come take no memory`() throws {
        var speaker = NativeSpeaker()
        let receiving = try Receiving.native()
        let items = Priority.allCases.filter { $0 != .control }.map {
            Item.first([1], of: UInt64(NativeSpeaker.messageBytesMax), priority: $0)
        }
        try receiving.feed(try speaker.record(Item.hello + items.flatMap { $0 }))
        #expect(receiving.pinnedBytes == 5 * OpenMessage.bytesMin)
    }

    @Test func `a hello that shows a downgrade ends the link`() throws {
        var speaker = NativeSpeaker()
        let newer = NativeSpeaker.hello(versions: 1...2)
        let receiving = try Receiving(native: NativeSpeaker.channels, hello: newer)
        #expect(throws: PeerFault.downgraded(from: 2, to: 1)) {
            try receiving.feed(try speaker.record(ControlItem.hello(newer).encoded))
        }
    }

    @Test(arguments: 0..<12 as Range<UInt64>)
    func `whatever a peer seals, the reader answers with messages or a fault`(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let tags =
            [0, 1, 5, 6, 7, 0x90, 0xA0, 0xB0, 0xB1, 0xB2, 0xB4, 0xB5, 0xC0, 0xC1, 0xC2, 0xD0] as [UInt8]
        for _ in 0..<100 {
            var speaker = NativeSpeaker()
            let receiving = try Receiving.native()
            try receiving.feed(try speaker.record(Item.hello))
            var isOpen = true
            while isOpen {
                var noise = (0..<Int.random(in: 1...30, using: &random)).map { _ in
                    UInt8.random(in: 0...(.max), using: &random) & 0x1F
                }
                noise[0] = tags[Int.random(in: 0..<tags.count, using: &random)]
                do throws(PeerFault) {
                    let record = try? speaker.record(noise)
                    try receiving.feed(record ?? [])
                    isOpen = receiving.heard.count < 20
                } catch {
                    isOpen = false
                }
            }
            #expect(receiving.pinnedBytes <= 5 * OpenMessage.bytesMin)
        }
    }
}
