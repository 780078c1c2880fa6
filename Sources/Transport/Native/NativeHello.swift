public import ConclaveCodec

/// What a side of the `native` profile says of itself, first of all and once: what it speaks, and what it
/// takes.
public struct NativeHello: Hashable, Sendable {
    /// What a side says of one of its channels. Bits without a meaning are zero in what we send, and
    /// ignored in what we receive, for a newer version may have given them one.
    public struct Flags: OptionSet, Hashable, Sendable {
        public let rawValue: UInt8

        public init(rawValue: UInt8) {
            self.rawValue = rawValue
        }

        /// It takes messages compressed by LZ4 on this channel.
        public static let takesCompression = Flags(rawValue: 1)
    }

    /// A channel that the side has registered.
    public struct Channel: Hashable, Sendable {
        public let number: UInt64
        /// The largest message that it takes there, in bytes.
        public let messageBytesMax: UInt32
        public let flags: Flags

        public init(number: UInt64, messageBytesMax: UInt32, flags: Flags = []) {
            self.number = number
            self.messageBytesMax = messageBytesMax
            self.flags = flags
        }
    }

    /// Longest agent text, in bytes; a name and a version.
    public static let agentBytesMax = 64
    /// Most channels of a node. A hello of so many with the longest numbers still fits the first record.
    public static let channelsMax = 128

    /// The versions that the side speaks; at least 1.
    public let versions: ClosedRange<UInt8>
    /// Additions to the protocol that it knows, one a bit. None is defined; unknown ones are ignored.
    public let features: UInt64
    /// The longest plaintext of a record that it takes, in bytes; `4_096...65_408`.
    public let recordBytes: Int
    /// Program and version, printable ASCII; for people who look for a fault, and for nothing else.
    public let agent: String
    /// In ascending order of their numbers.
    public let channels: [Channel]

    /// Ours.
    ///
    /// `versions` begins at 1 or above, `recordBytes` is in `4_096...65_408`, `agent` is at most
    /// ``agentBytesMax`` bytes of printable ASCII, and there are at most ``channelsMax`` channels of
    /// different numbers, in any order: the configuration sees to all that.
    public init(
        versions: ClosedRange<UInt8>, features: UInt64 = 0, recordBytes: Int, agent: String,
        channels: [Channel]
    ) {
        precondition(versions.lowerBound > 0, "version 0 does not exist")
        precondition(Self.recordBytes.contains(recordBytes), "records of \(recordBytes) bytes")
        precondition(Self.isAgent(agent.utf8), "\(agent) does not pass for an agent")
        precondition(channels.count <= Self.channelsMax, "\(channels.count) channels")
        self.versions = versions
        self.features = features
        self.recordBytes = recordBytes
        self.agent = agent
        self.channels = channels.sorted { $0.number < $1.number }
    }

    /// What the peer takes on a channel; nil if it has not registered it.
    public func channel(_ number: UInt64) -> Channel? {
        channels.first { $0.number == number }
    }

    private static var recordBytes: ClosedRange<Int> { RecordLimit.lowest...RecordLimit.highest }

    private static func isAgent(_ text: some Collection<UInt8>) -> Bool {
        text.count <= agentBytesMax && text.allSatisfy { (0x20...0x7E).contains($0) }
    }
}

extension NativeHello: WireValue {
    /// `lowest ‖ highest ‖ features u64 ‖ varint(record limit) ‖ varint(n) ‖ agent ‖ varint(count) ‖
    /// channels`.
    public func encode(into writer: inout Writer) {
        writer.byte(versions.lowerBound)
        writer.byte(versions.upperBound)
        writer.integer(features)
        writer.varint(UInt64(recordBytes))
        writer.lengthPrefixed(agent.utf8)
        writer.varint(UInt64(channels.count))
        for channel in channels {
            writer.varint(channel.number)
            writer.varint(UInt64(channel.messageBytesMax))
            writer.byte(channel.flags.rawValue)
        }
    }

    public init(from reader: inout Reader) throws(DecodeError) {
        let lowest = try reader.byte(), highest = try reader.byte()
        guard lowest > 0 else { throw .belowLimit(value: 0, limit: 1) }
        guard lowest <= highest else { throw .notAscending }
        versions = lowest...highest
        features = try reader.integer()
        let limit = try reader.varint32(limit: UInt32(Self.recordBytes.upperBound))
        guard Self.recordBytes.contains(Int(limit)) else {
            throw .belowLimit(value: UInt64(limit), limit: UInt64(Self.recordBytes.lowerBound))
        }
        recordBytes = Int(limit)
        let text = try reader.lengthPrefixed(limit: UInt32(Self.agentBytesMax))
        guard Self.isAgent(text) else { throw .malformedText }
        agent = String(decoding: text, as: UTF8.self)
        channels = try Self.channels(from: &reader)
    }

    private static func channels(from reader: inout Reader) throws(DecodeError) -> [Channel] {
        let count = try reader.varint32(limit: UInt32(channelsMax))
        var channels: [Channel] = []
        for _ in 0..<count {
            let channel = Channel(
                number: try reader.varint64(), messageBytesMax: try reader.varint32(),
                flags: Flags(rawValue: try reader.byte()))
            if let last = channels.last, last.number >= channel.number { throw .notAscending }
            channels.append(channel)
        }
        return channels
    }
}
