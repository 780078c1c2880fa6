public import ConclaveCodec

/// An Ed25519 public key: who a peer is. Ordered by its bytes, as the wire orders peers.
///
/// Any 32 bytes are accepted here; whether they are a usable point shows when a signature is verified.
public struct PublicKey: Hashable, Comparable, Sendable, CustomStringConvertible, WireValue {
    /// Bytes of a key on the wire (RFC 8032).
    public static let byteCount = 32

    // Four big-endian words: comparing them in order compares the bytes in order.
    private let words: (UInt64, UInt64, UInt64, UInt64)

    /// Nil unless there are exactly 32 bytes.
    public init?(_ bytes: [UInt8]) {
        guard bytes.count == Self.byteCount else { return nil }
        self.init(exactly: bytes)
    }

    /// The key in 32 bytes that one of the libraries wrote.
    init(exactly bytes: [UInt8]) {
        words = (Self.word(bytes, 0), Self.word(bytes, 8), Self.word(bytes, 16), Self.word(bytes, 24))
    }

    public init(from reader: inout Reader) throws(DecodeError) {
        words = (try reader.integer(), try reader.integer(), try reader.integer(), try reader.integer())
    }

    public func encode(into writer: inout Writer) {
        writer.integer(words.0)
        writer.integer(words.1)
        writer.integer(words.2)
        writer.integer(words.3)
    }

    public var bytes: [UInt8] { encoded }

    /// 64 hexadecimal digits.
    public var description: String { Hex.text(bytes) }

    /// The first eight digits, for people.
    public var short: String { String(description.prefix(8)) }

    public static func == (left: PublicKey, right: PublicKey) -> Bool { left.words == right.words }
    public static func < (left: PublicKey, right: PublicKey) -> Bool { left.words < right.words }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(words.0)
        hasher.combine(words.1)
        hasher.combine(words.2)
        hasher.combine(words.3)
    }

    private static func word(_ bytes: [UInt8], _ start: Int) -> UInt64 {
        bytes[start..<start + 8].reduce(0) { $0 << 8 | UInt64($1) }
    }
}
