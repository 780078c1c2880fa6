/// A node of BLAKE3's tree before it is known whether it is the root.
struct BLAKE3Output: Sendable {
    let input: BLAKE3Words
    let block: BLAKE3Block
    let length: UInt32
    let counter: UInt64
    let flags: BLAKE3Flags

    /// The node above two subtrees.
    static func parent(
        _ left: BLAKE3Words, _ right: BLAKE3Words, key: BLAKE3Words, flags: BLAKE3Flags
    ) -> BLAKE3Output {
        BLAKE3Output(
            input: key, block: BLAKE3Block(lowHalf: left, highHalf: right),
            length: UInt32(BLAKE3Compression.blockBytes), counter: 0, flags: [flags, .parent])
    }

    /// What the node above takes in.
    var chainingValue: BLAKE3Words {
        BLAKE3Compression.compress(input, block, length: length, counter: counter, flags: flags).low
    }

    /// The output, if this node is the root: block after block under a counter of its own.
    func rootBytes(count: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(count + BLAKE3Compression.blockBytes)
        var outputBlock: UInt64 = 0
        while bytes.count < count {
            let result = BLAKE3Compression.compress(
                input, block, length: length, counter: outputBlock, flags: [flags, .root])
            for index in 0..<16 {
                let word = index < 8 ? result.low[index] : result.high[index - 8]
                for shift: UInt32 in [0, 8, 16, 24] { bytes.append(UInt8(truncatingIfNeeded: word >> shift)) }
            }
            outputBlock += 1
        }
        bytes.removeLast(bytes.count - count)
        return bytes
    }
}
