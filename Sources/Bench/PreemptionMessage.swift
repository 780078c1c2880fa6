import ConclaveCodec

/// What the dialer of the preemption benchmark sends: a kind, a time on the machine's clock, and filling.
struct PreemptionMessage {
    enum Kind: UInt8 {
        /// Alone on its link.
        case idle
        /// Sent while bulk is on its way.
        case urgent
        case bulk
        /// Nothing follows.
        case last
    }

    let kind: Kind
    /// When it was sent, in nanoseconds of the monotonic clock, which all processes share.
    let sentAt: UInt64

    init(_ kind: Kind, sentAt: UInt64 = 0) {
        (self.kind, self.sentAt) = (kind, sentAt)
    }

    init(decoding bytes: RawSpan) throws {
        var reader = Reader(bytes)
        guard let kind = Kind(rawValue: try reader.byte()) else {
            throw RoundFailed(description: "a message of no kind")
        }
        self.init(kind, sentAt: try reader.integer())
    }

    /// At least as long as kind and time are.
    func encoded(bytes: Int) -> [UInt8] {
        var writer = Writer()
        writer.byte(kind.rawValue)
        writer.integer(sentAt)
        return writer.bytes + [UInt8](repeating: 0x5A, count: max(0, bytes - writer.bytes.count))
    }
}
