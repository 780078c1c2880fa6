public import ConclaveCodec

/// What discovery sends beside application data. Data has the first byte 0 and does not come here.
public enum DiscoveryMessage: Hashable, Sendable {
    /// Each side's first message, exactly once: its own record.
    case greeting(AddressRecord)
    case bitVector(BitVector)
    case peers(PeerList)

    /// What a receiver takes at most.
    public struct Limits: Hashable, Sendable {
        /// Peers of one set.
        public let peersMax: Int
        /// Records in one answer.
        public let recordsMax: UInt32
        /// Bytes of the largest message of the application: no discovery message is much longer either.
        public let messageBytesMax: Int

        public init(peersMax: Int, recordsMax: UInt32, messageBytesMax: Int = 0) {
            self.peersMax = peersMax
            self.recordsMax = recordsMax
            self.messageBytesMax = messageBytesMax
        }

        /// Bytes of the longest plaintext that the other side takes, if its limits are ours.
        package var plaintextMax: Int { messageBytesMax + DataMessage.headerBytesMax }

        /// The same where a message is an item of the `native` profile, beside other things in a record.
        package var ofItems: Limits {
            let most = RecordLimit.lowest - DataMessage.headerBytesMax
            return Limits(
                peersMax: peersMax, recordsMax: recordsMax, messageBytesMax: min(messageBytesMax, most))
        }

        /// Bits of the longest vector that fits.
        package var vectorBitsMax: Int { max(0, plaintextMax - BitVector.headBytesMax) * 8 }
    }

    private static let greetingTag: UInt8 = 1
    private static let bitVectorTag: UInt8 = 2
    private static let peersTag: UInt8 = 3

    /// The plaintext of a record: the kind, then the body.
    public var encoded: [UInt8] {
        var writer = Writer()
        switch self {
        case .greeting(let record):
            writer.byte(Self.greetingTag)
            record.encode(into: &writer)
        case .bitVector(let vector):
            writer.byte(Self.bitVectorTag)
            vector.encode(into: &writer)
        case .peers(let list):
            writer.byte(Self.peersTag)
            list.encode(into: &writer)
        }
        return writer.bytes
    }

    /// Reads one message, the kind first, and leaves what follows it unread.
    public init(from reader: inout Reader, limits: Limits) throws(DecodeError) {
        try self.init(tag: try reader.byte(), from: &reader, limits: limits)
    }

    /// Reads the body of a message whose kind was read.
    init(tag: UInt8, from reader: inout Reader, limits: Limits) throws(DecodeError) {
        switch tag {
        case Self.greetingTag: self = .greeting(try AddressRecord(from: &reader))
        case Self.bitVectorTag: self = .bitVector(try BitVector(from: &reader, peersMax: limits.peersMax))
        case Self.peersTag: self = .peers(try PeerList(from: &reader, recordsMax: limits.recordsMax))
        default: throw .unknownTag(tag)
        }
    }

    /// Reads a message that must fill `bytes` to the last one.
    public init(decoding bytes: [UInt8], limits: Limits) throws(DecodeError) {
        var reader = unsafe Reader(bytes.span.bytes)
        try self.init(from: &reader, limits: limits)
        try reader.finish()
    }
}
