/// Eight words: a chaining value or a key.
typealias BLAKE3Words = SIMD8<UInt32>
/// Sixteen words: a block of the message.
typealias BLAKE3Block = SIMD16<UInt32>

/// What a compression is for; the bits are the specification's.
struct BLAKE3Flags: OptionSet, Sendable {
    let rawValue: UInt32

    static let chunkStart = BLAKE3Flags(rawValue: 1 << 0)
    static let chunkEnd = BLAKE3Flags(rawValue: 1 << 1)
    static let parent = BLAKE3Flags(rawValue: 1 << 2)
    static let root = BLAKE3Flags(rawValue: 1 << 3)
    static let keyedHash = BLAKE3Flags(rawValue: 1 << 4)
    static let deriveKeyContext = BLAKE3Flags(rawValue: 1 << 5)
    static let deriveKeyMaterial = BLAKE3Flags(rawValue: 1 << 6)
}

/// The one function that BLAKE3 is made of.
enum BLAKE3Compression {
    static let blockBytes = 64

    static let initialValue = BLAKE3Words(
        0x6A09_E667, 0xBB67_AE85, 0x3C6E_F372, 0xA54F_F53A, 0x510E_527F, 0x9B05_688C, 0x1F83_D9AB, 0x5BE0_CD19
    )

    /// Eight little-endian words from the first 32 of `bytes`.
    static func chainingWords(_ bytes: RawSpan) -> BLAKE3Words {
        var words = BLAKE3Words()
        for index in 0..<8 { words[index] = word(bytes, index) }
        return words
    }

    /// Sixteen little-endian words from the first 64 of `bytes`.
    static func blockWords(_ bytes: RawSpan) -> BLAKE3Block {
        var words = BLAKE3Block()
        for index in 0..<16 { words[index] = word(bytes, index) }
        return words
    }

    private static func word(_ bytes: RawSpan, _ index: Int) -> UInt32 {
        UInt32(littleEndian: unsafe bytes.unsafeLoadUnaligned(fromByteOffset: index * 4, as: UInt32.self))
    }

    /// Mixes a block into a chaining value; the low half of the result is the next one.
    static func compress(
        _ value: BLAKE3Words, _ block: BLAKE3Block, length: UInt32, counter: UInt64, flags: BLAKE3Flags
    ) -> (low: BLAKE3Words, high: BLAKE3Words) {
        var rows = BLAKE3Rows(
            first: value.lowHalf, second: value.highHalf, third: initialValue.lowHalf,
            fourth: SIMD4(
                UInt32(truncatingIfNeeded: counter), UInt32(truncatingIfNeeded: counter >> 32), length,
                flags.rawValue))
        var message = block
        for round in 0..<7 {
            if round > 0 { message = permuted(message) }
            rows.round(message)
        }
        let low = BLAKE3Words(lowHalf: rows.first ^ rows.third, highHalf: rows.second ^ rows.fourth)
        let high = BLAKE3Words(lowHalf: rows.third, highHalf: rows.fourth) ^ value
        return (low, high)
    }

    private static func permuted(_ message: BLAKE3Block) -> BLAKE3Block {
        BLAKE3Block(
            message[2], message[6], message[3], message[10], message[7], message[0], message[4], message[13],
            message[1], message[11], message[12], message[5], message[9], message[14], message[15], message[8]
        )
    }
}

/// The sixteen words of the state as four rows, so that the four columns are mixed at once.
private struct BLAKE3Rows {
    var first, second, third, fourth: SIMD4<UInt32>

    @inline(__always)
    mutating func round(_ message: BLAKE3Block) {
        mix(message.lowHalf.evenHalf, message.lowHalf.oddHalf)
        diagonals(1)
        mix(message.highHalf.evenHalf, message.highHalf.oddHalf)
        diagonals(3)
    }

    @inline(__always)
    private mutating func mix(_ even: SIMD4<UInt32>, _ odd: SIMD4<UInt32>) {
        first = first &+ second &+ even
        fourth = Self.rotated(fourth ^ first, by: 16)
        third = third &+ fourth
        second = Self.rotated(second ^ third, by: 12)
        first = first &+ second &+ odd
        fourth = Self.rotated(fourth ^ first, by: 8)
        third = third &+ fourth
        second = Self.rotated(second ^ third, by: 7)
    }

    /// Turns the rows so that diagonals stand in columns (1), and back (3).
    @inline(__always)
    private mutating func diagonals(_ places: Int) {
        second = Self.turned(second, by: places)
        third = Self.turned(third, by: 2)
        fourth = Self.turned(fourth, by: 4 - places)
    }

    @inline(__always)
    private static func turned(_ row: SIMD4<UInt32>, by places: Int) -> SIMD4<UInt32> {
        SIMD4(row[places & 3], row[(places + 1) & 3], row[(places + 2) & 3], row[(places + 3) & 3])
    }

    @inline(__always)
    private static func rotated(_ row: SIMD4<UInt32>, by bits: UInt32) -> SIMD4<UInt32> {
        (row &>> bits) | (row &<< (32 - bits))
    }
}
