public import ConclaveCodec

/// An item of the `native` profile that is no message of the application: the peer layer's own.
public enum ControlItem: Hashable, Sendable {
    /// Bytes that hide the length of what stands beside them. Their contents are ignored.
    case padding(byteCount: Int)
    case hello(NativeHello)
    /// In discovery mode only.
    case discovery(DiscoveryMessage)
    /// A random number, which comes back in a pong.
    case ping(UInt64)
    case pong(UInt64)
    case goodbye(GoodbyeReason)

    private static let paddingTag: UInt8 = 0
    static let helloTag: UInt8 = 1
    /// What discovery's own first bytes, 1 to 3, are higher by here.
    private static let discoveryOffset: UInt8 = 1
    private static let discoveryTags: ClosedRange<UInt8> = 2...4
    private static let pingTag: UInt8 = 5
    private static let pongTag: UInt8 = 6
    private static let goodbyeTag: UInt8 = 7

    /// The item: its tag, then its body.
    public var encoded: [UInt8] {
        var writer = Writer()
        switch self {
        case .padding(let count):
            writer.byte(Self.paddingTag)
            writer.lengthPrefixed(repeatElement(0, count: count))
        case .hello(let hello):
            writer.byte(Self.helloTag)
            hello.encode(into: &writer)
        case .discovery(let message):
            let encoded = message.encoded
            writer.byte((encoded.first ?? 0) + Self.discoveryOffset)
            writer.append(encoded.dropFirst())
        case .ping(let number):
            writer.byte(Self.pingTag)
            writer.integer(number)
        case .pong(let number):
            writer.byte(Self.pongTag)
            writer.integer(number)
        case .goodbye(let reason):
            writer.byte(Self.goodbyeTag)
            writer.byte(reason.rawValue)
        }
        return writer.bytes
    }

    /// Reads the body of an item whose tag was read, and leaves what follows it unread.
    ///
    /// - Parameter discovery: what a discovery message may hold; nil in lookup mode, which has none.
    public init(tag: UInt8, from reader: inout Reader, discovery: DiscoveryMessage.Limits?)
        throws(DecodeError)
    {
        switch tag {
        case Self.paddingTag:
            let count = Int(try reader.varint32())
            _ = try reader.take(count)
            self = .padding(byteCount: count)
        case Self.helloTag: self = .hello(try NativeHello(from: &reader))
        case Self.discoveryTags:
            guard let discovery else { throw .unknownTag(tag) }
            self = .discovery(
                try DiscoveryMessage(tag: tag - Self.discoveryOffset, from: &reader, limits: discovery))
        case Self.pingTag: self = .ping(try reader.integer())
        case Self.pongTag: self = .pong(try reader.integer())
        case Self.goodbyeTag:
            let number = try reader.byte()
            guard let reason = GoodbyeReason(rawValue: number) else { throw .unknownTag(number) }
            self = .goodbye(reason)
        default: throw .unknownTag(tag)
        }
    }
}
