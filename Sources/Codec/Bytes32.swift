/// 32 bytes that are compared, hashed and written as one, such as a key or a hash. Ordered by the bytes.
@frozen public struct Bytes32: Hashable, Comparable, WireValue {
    public static let byteCount = 32
    public static let zero = Bytes32((0, 0, 0, 0))

    // Four big-endian words: comparing them in order compares the bytes in order.
    @usableFromInline let words: (UInt64, UInt64, UInt64, UInt64)

    @inlinable init(_ words: (UInt64, UInt64, UInt64, UInt64)) {
        self.words = words
    }

    /// Nil unless there are exactly 32 bytes.
    public init?(_ bytes: [UInt8]) {
        guard let value = try? Bytes32(decoding: bytes) else { return nil }
        self = value
    }

    /// What a library wrote into 32 bytes of ours.
    package init(exactly bytes: [UInt8]) {
        func word(_ start: Int) -> UInt64 { bytes[start..<start + 8].reduce(0) { $0 << 8 | UInt64($1) } }
        self.init((word(0), word(8), word(16), word(24)))
    }

    @inlinable
    public init(from reader: inout Reader) throws(DecodeError) {
        words = (try reader.integer(), try reader.integer(), try reader.integer(), try reader.integer())
    }

    @inlinable
    public func encode(into writer: inout Writer) {
        writer.integer(words.0)
        writer.integer(words.1)
        writer.integer(words.2)
        writer.integer(words.3)
    }

    /// The first eight bytes as a big-endian number.
    @inlinable public var firstWord: UInt64 { words.0 }

    @inlinable
    public static func == (left: Bytes32, right: Bytes32) -> Bool { left.words == right.words }

    @inlinable
    public static func < (left: Bytes32, right: Bytes32) -> Bool { left.words < right.words }

    @inlinable
    public func hash(into hasher: inout Hasher) {
        hasher.combine(words.0)
        hasher.combine(words.1)
        hasher.combine(words.2)
        hasher.combine(words.3)
    }
}
