public import ConclaveCodec
import ConclaveCryptography

/// 32 bytes of BLAKE3: what names a transaction, a state, a body or a chain. Ordered by its bytes.
public struct ChainDigest: Hashable, Comparable, Sendable, CustomStringConvertible, WireValue {
    public static let byteCount = 32
    /// Of nothing: where a digest belongs and there is nothing that has one.
    public static let zero = ChainDigest(words: (0, 0, 0, 0))

    // Four big-endian words: comparing them in order compares the bytes in order.
    private let words: (UInt64, UInt64, UInt64, UInt64)

    private init(words: (UInt64, UInt64, UInt64, UInt64)) {
        self.words = words
    }

    /// The plain hash of `bytes`.
    public init(of bytes: [UInt8]) {
        // BLAKE3 gives 32 bytes.
        self = ChainDigest(BLAKE3.digest(of: bytes)) ?? .zero
    }

    /// Nil unless there are exactly 32 bytes.
    public init?(_ bytes: [UInt8]) {
        guard bytes.count == Self.byteCount, let digest = try? Self(decoding: bytes) else { return nil }
        self = digest
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

    public static func == (left: ChainDigest, right: ChainDigest) -> Bool { left.words == right.words }
    public static func < (left: ChainDigest, right: ChainDigest) -> Bool { left.words < right.words }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(words.0)
        hasher.combine(words.1)
        hasher.combine(words.2)
        hasher.combine(words.3)
    }
}
