/// Up to 1,024 bytes of input: the leaf of BLAKE3's tree.
struct BLAKE3Chunk: Sendable {
    static let byteCount = 1_024

    /// Which chunk of the input this is.
    let counter: UInt64
    private let flags: BLAKE3Flags
    private var chainingValue: BLAKE3Words
    private var block = [UInt8](repeating: 0, count: BLAKE3Compression.blockBytes)
    private var blockLength = 0
    private var blocksCompressed = 0

    init(key: BLAKE3Words, counter: UInt64, flags: BLAKE3Flags) {
        chainingValue = key
        self.counter = counter
        self.flags = flags
    }

    var room: Int { Self.byteCount - blocksCompressed * BLAKE3Compression.blockBytes - blockLength }
    var isFull: Bool { room == 0 }

    /// Takes in at most ``room`` bytes. The last block stays open, since only the end of the input says what
    /// it is.
    mutating func update(_ bytes: UnsafeRawBufferPointer) {
        var rest = unsafe bytes[...]
        while unsafe !rest.isEmpty {
            if blockLength == block.count { compressBlock() }
            let part = unsafe rest.prefix(block.count - blockLength)
            let start = blockLength
            unsafe block.withUnsafeMutableBytes { block in
                unsafe UnsafeMutableRawBufferPointer(rebasing: block[start...]).copyBytes(from: part)
            }
            blockLength += unsafe part.count
            unsafe rest = rest.dropFirst(part.count)
        }
    }

    /// The chunk as a node of the tree, should the input end here.
    var output: BLAKE3Output {
        BLAKE3Output(
            input: chainingValue, block: words, length: UInt32(blockLength), counter: counter,
            flags: [flags, startFlag, .chunkEnd])
    }

    private mutating func compressBlock() {
        chainingValue =
            BLAKE3Compression.compress(
                chainingValue, words, length: UInt32(blockLength), counter: counter,
                flags: [flags, startFlag]
            ).low
        blocksCompressed += 1
        blockLength = 0
        for index in block.indices { block[index] = 0 }
    }

    private var words: BLAKE3Block { unsafe BLAKE3Compression.blockWords(block.span.bytes) }
    private var startFlag: BLAKE3Flags { blocksCompressed == 0 ? .chunkStart : [] }
}
