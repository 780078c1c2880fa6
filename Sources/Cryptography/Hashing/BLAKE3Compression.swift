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
        var state: BLAKE3State = [
            value[0], value[1], value[2], value[3], value[4], value[5], value[6], value[7],
            initialValue[0], initialValue[1], initialValue[2], initialValue[3],
            UInt32(truncatingIfNeeded: counter), UInt32(truncatingIfNeeded: counter >> 32), length,
            flags.rawValue,
        ]
        var message: BLAKE3State = [
            block[0], block[1], block[2], block[3], block[4], block[5], block[6], block[7],
            block[8], block[9], block[10], block[11], block[12], block[13], block[14], block[15],
        ]
        for round in 0..<7 {
            if round > 0 { message = permuted(message) }
            mixAll(&state, message)
        }
        let low = BLAKE3Words(
            state[0], state[1], state[2], state[3], state[4], state[5], state[6], state[7])
        let high = BLAKE3Words(
            state[8], state[9], state[10], state[11], state[12], state[13], state[14], state[15])
        return (low ^ high, high ^ value)
    }

    /// One round: the columns, then the diagonals.
    @inline(__always)
    private static func mixAll(_ state: inout BLAKE3State, _ message: BLAKE3State) {
        mix(&state, 0, 4, 8, 12, message[0], message[1])
        mix(&state, 1, 5, 9, 13, message[2], message[3])
        mix(&state, 2, 6, 10, 14, message[4], message[5])
        mix(&state, 3, 7, 11, 15, message[6], message[7])
        mix(&state, 0, 5, 10, 15, message[8], message[9])
        mix(&state, 1, 6, 11, 12, message[10], message[11])
        mix(&state, 2, 7, 8, 13, message[12], message[13])
        mix(&state, 3, 4, 9, 14, message[14], message[15])
    }

    @inline(__always)
    private static func mix(
        _ state: inout BLAKE3State, _ a: Int, _ b: Int, _ c: Int, _ d: Int, _ x: UInt32, _ y: UInt32
    ) {
        state[a] = state[a] &+ state[b] &+ x
        state[d] = rotated(state[d] ^ state[a], by: 16)
        state[c] = state[c] &+ state[d]
        state[b] = rotated(state[b] ^ state[c], by: 12)
        state[a] = state[a] &+ state[b] &+ y
        state[d] = rotated(state[d] ^ state[a], by: 8)
        state[c] = state[c] &+ state[d]
        state[b] = rotated(state[b] ^ state[c], by: 7)
    }

    @inline(__always)
    private static func rotated(_ word: UInt32, by bits: UInt32) -> UInt32 {
        word &>> bits | word &<< (32 &- bits)
    }

    @inline(__always)
    private static func permuted(_ message: BLAKE3State) -> BLAKE3State {
        [
            message[2], message[6], message[3], message[10], message[7], message[0], message[4], message[13],
            message[1], message[11], message[12], message[5], message[9], message[14], message[15],
            message[8],
        ]
    }
}

/// Sixteen words that are worked on one by one. As four SIMD rows the same took 4.6 times as long: the
/// compiler makes the permutation of the message out of single lanes.
private typealias BLAKE3State = InlineArray<16, UInt32>
