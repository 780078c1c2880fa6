package import ConclaveFuzzing
package import ConclaveTestWires
internal import ConclaveTransport

/// One direction of a link: what an application and the peer layer say at one end, and what must be heard
/// at the other. Each priority has a channel of its own, so that order can be told.
package struct LinkStory {
    private static let messageBytesMax = 1 << 18
    private static let channelNumbers = Priority.allCases.map { UInt64($0.rawValue) }
    private static let channels = ChannelTable(channelNumbers.map { ($0, messageBytesMax) })

    /// A frame that has not arrived whole, and a message in pieces of each priority; pools round up to
    /// powers of two.
    package static let pinnedBytesMax = 2 * (messageBytesMax + RecordLimit.highest) + 5 * messageBytesMax

    private let tap: Wiretap
    private let isNative: Bool
    private var isAgreed = false
    /// By channel.
    private var messages = [[[UInt8]]](repeating: [], count: Priority.allCases.count)
    private var controls: [Heard] = []

    package static func commonware() -> LinkStory { LinkStory(.singles, isNative: false) }

    package static func native() -> LinkStory {
        var story = LinkStory(.packed, isNative: true)
        story.say(.hello(hello))
        return story
    }

    private init(_ layout: RecordLayout, isNative: Bool) {
        tap = Wiretap(layout: layout)
        self.isNative = isNative
    }

    private static var hello: NativeHello {
        NativeHello(
            versions: 1...1, recordBytes: RecordLimit.highest, agent: "fuzz",
            channels: channelNumbers.map {
                .init(number: $0, messageBytesMax: UInt32(messageBytesMax), flags: .takesCompression)
            })
    }

    /// Lets something happen at the sender's end. Returns what left.
    package mutating func step(_ choices: inout Choices) throws(Finding) -> [UInt8] {
        switch choices.number(below: 8) {
        case 0...4: try send(&choices)
        case 5: agree()
        case 6: sayAnything(&choices)
        default: return try flush(budget: choices.number(below: 200_000))
        }
        return []
    }

    /// What leaves if the network takes so many bytes.
    package func flush(budget: Int) throws(Finding) -> [UInt8] {
        do {
            return try tap.wireBytes(budget: budget)
        } catch {
            throw Finding("packing failed: \(error)")
        }
    }

    package func receiver() throws(Finding) -> Receiving {
        do {
            return isNative
                ? try Receiving(native: Self.channels, hello: Self.hello)
                : try Receiving(channels: Self.channelNumbers.map { ($0, Self.messageBytesMax) })
        } catch {
            throw Finding("no receiver: \(error)")
        }
    }

    // MARK: What happens

    private mutating func send(_ choices: inout Choices) throws(Finding) {
        let priority = Priority(rawValue: UInt8(choices.number(in: 1...5))) ?? .normal
        let message = Self.message(&choices)
        let compressed = isNative && choices.once(in: 3) ? CompressedMessage.encoding(message) : nil
        let isTaken = tap.send(
            compressed ?? message, coding: compressed == nil ? .raw : .lz4,
            channel: UInt64(priority.rawValue), priority: priority)
        try expect(isTaken, "there is room, and a message is refused")
        messages[Int(priority.rawValue)].append(message)
    }

    private static func message(_ choices: inout Choices) -> [UInt8] {
        switch choices.number(below: 8) {
        case 0...3: choices.bytes(atMost: choices.number(below: 100))
        case 4, 5: pattern(choices.number(below: 5_000), seed: choices.seed())
        case 6: [UInt8](repeating: choices.byte(), count: choices.number(below: 20_000))
        default: pattern(choices.number(below: messageBytesMax / 2), seed: choices.seed())
        }
    }

    /// The other side's hello comes.
    private mutating func agree() {
        guard isNative, !isAgreed else { return }
        isAgreed = true
        tap.agreed(recordBytes: RecordLimit.highest)
    }

    private mutating func sayAnything(_ choices: inout Choices) {
        guard isNative else {
            tap.ping()
            return controls.append(.ping)
        }
        switch choices.number(below: 3) {
        case 0: say(.padding(byteCount: choices.number(below: 1_000)))
        case 1: say(.ping(choices.integer()))
        default: say(.pong(choices.integer()))
        }
    }

    private mutating func say(_ item: ControlItem) {
        tap.send(item)
        controls.append(.control(item))
    }

    // MARK: What must be heard

    /// All of it, in order.
    package func compare(_ heard: [Heard]) throws(Finding) {
        for channel in messages.indices {
            let arrived = Self.messages(in: heard, on: UInt64(channel))
            try expect(
                arrived == messages[channel],
                "channel \(channel): \(arrived.count) of \(messages[channel].count)")
        }
        try expect(Self.controls(in: heard) == controls, "other controls were heard than were said")
    }

    private static func messages(in heard: [Heard], on wanted: UInt64) -> [[UInt8]] {
        heard.compactMap {
            if case .message(wanted, let bytes) = $0 { bytes } else { nil }
        }
    }

    private static func controls(in heard: [Heard]) -> [Heard] {
        heard.filter { if case .message = $0 { false } else { true } }
    }
}
