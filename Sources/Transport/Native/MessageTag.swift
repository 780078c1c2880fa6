import ConclaveCodec

/// How the bytes of a message are to be understood.
package enum MessageCoding: UInt8, Sendable {
    case raw = 0
    /// `varint(original length) ‖ LZ4 block`.
    case lz4 = 1
}

/// The first byte of a message item: `1ppp cckk`, priority, coding and part.
struct MessageTag: Hashable, Sendable {
    /// Which part of a message the item is.
    enum Part: UInt8, Sendable {
        case whole = 0
        /// The first of several pieces; it tells channel and total length.
        case first = 1
        case next = 2
    }

    /// Set in the first byte of every message item and of no other.
    static let bit: UInt8 = 0x80
    /// Where the priority stands.
    static let priorityBits: UInt8 = 0x70

    let priority: Priority
    let coding: MessageCoding
    let part: Part

    init(_ priority: Priority, _ coding: MessageCoding, _ part: Part) {
        self.priority = priority
        self.coding = coding
        self.part = part
    }

    init(byte: UInt8) throws(DecodeError) {
        guard byte & Self.bit != 0, let priority = Priority(rawValue: byte >> 4 & 7), priority != .control,
            let coding = MessageCoding(rawValue: byte >> 2 & 3), let part = Part(rawValue: byte & 3),
            part != .next || coding == .raw
        else { throw .unknownTag(byte) }
        self.init(priority, coding, part)
    }

    var byte: UInt8 { Self.bit | priority.rawValue << 4 | coding.rawValue << 2 | part.rawValue }

    /// The first piece of a message that would have this tag if it were whole.
    var asFirst: MessageTag { MessageTag(priority, coding, .first) }
    /// A further piece of it: its coding was told with the first.
    var asNext: MessageTag { MessageTag(priority, .raw, .next) }
}
