public import ConclaveCodec
internal import ConclaveCryptography

/// 32 bytes that stand for many: a BLAKE3 hash.
public struct Digest: Hashable, Comparable, WireValue, CustomStringConvertible {
    public static let byteCount = 32
    /// Stands where there is nothing to name.
    public static let zero = Digest(words: (0, 0, 0, 0))

    // Four big-endian words: comparing them in order compares the bytes in order.
    private let words: (UInt64, UInt64, UInt64, UInt64)

    /// The hash of `bytes`.
    public init(of bytes: [UInt8]) {
        self = Digest(BLAKE3.digest(of: bytes)) ?? .zero
    }

    /// Nil unless there are exactly 32 bytes.
    public init?(_ bytes: [UInt8]) {
        guard let digest = try? Digest(decoding: bytes) else { return nil }
        self = digest
    }

    public init(from reader: inout Reader) throws(DecodeError) {
        words = (try reader.integer(), try reader.integer(), try reader.integer(), try reader.integer())
    }

    private init(words: (UInt64, UInt64, UInt64, UInt64)) { self.words = words }

    public func encode(into writer: inout Writer) {
        writer.integer(words.0)
        writer.integer(words.1)
        writer.integer(words.2)
        writer.integer(words.3)
    }

    public var bytes: [UInt8] { encoded }

    /// 64 hexadecimal digits.
    public var description: String { Hex.text(bytes) }

    /// The first eight bytes, for choices that need a number of the digest.
    public var firstWord: UInt64 { words.0 }

    public static func == (left: Digest, right: Digest) -> Bool { left.words == right.words }
    public static func < (left: Digest, right: Digest) -> Bool { left.words < right.words }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(words.0)
        hasher.combine(words.1)
        hasher.combine(words.2)
        hasher.combine(words.3)
    }
}
