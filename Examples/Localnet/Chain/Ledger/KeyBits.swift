import ConclaveCodec
import ConclaveCryptography

/// A key as 256 bits, the first of the first byte first, which are the turns of its path in the tree.
struct KeyBits: Hashable, Comparable, Sendable {
    static let count = 256
    static let zero = KeyBits(words: (0, 0, 0, 0))

    private let words: (UInt64, UInt64, UInt64, UInt64)

    private init(words: (UInt64, UInt64, UInt64, UInt64)) {
        self.words = words
    }

    init(_ key: PublicKey) {
        let bytes = key.bytes
        func word(_ start: Int) -> UInt64 { bytes[start..<start + 8].reduce(0) { $0 << 8 | UInt64($1) } }
        words = (word(0), word(8), word(16), word(24))
    }

    /// Whether the bit at `index`, in `0..<256`, is set.
    func isSet(_ index: Int) -> Bool {
        let word =
            switch index >> 6 {
            case 0: words.0
            case 1: words.1
            case 2: words.2
            case _: words.3
            }
        return word >> UInt64(63 - index & 63) & 1 == 1
    }

    /// How many bits both begin with; 256 if they are equal.
    func common(with other: KeyBits) -> Int {
        let differences = [
            words.0 ^ other.words.0, words.1 ^ other.words.1, words.2 ^ other.words.2,
            words.3 ^ other.words.3,
        ]
        guard let word = differences.firstIndex(where: { $0 != 0 }) else { return Self.count }
        return word * 64 + differences[word].leadingZeroBitCount
    }

    static func == (left: KeyBits, right: KeyBits) -> Bool { left.words == right.words }
    static func < (left: KeyBits, right: KeyBits) -> Bool { left.words < right.words }

    func hash(into hasher: inout Hasher) {
        hasher.combine(words.0)
        hasher.combine(words.1)
        hasher.combine(words.2)
        hasher.combine(words.3)
    }
}
