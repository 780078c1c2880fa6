/// The BLAKE3 hash, plain or keyed, with an output of any length.
///
/// Written by hand because the system has no library of it, and the handshake of commonware needs it.
/// Portable Swift, one block at a time: a handshake hashes a few hundred bytes. It takes no branch and no
/// index from what it hashes; what it hashed stays in its memory until that is used again. Specification:
/// https://github.com/BLAKE3-team/BLAKE3-specs (names below are its own).
public struct BLAKE3: Sendable {
    /// Bytes of a digest, and of a key.
    public static let byteCount = 32

    private let key: BLAKE3Words
    private let flags: BLAKE3Flags
    private var chunk: BLAKE3Chunk
    // Chaining values of finished subtrees, one per one-bit in the number of finished chunks, the largest
    // first.
    private var subtrees: [BLAKE3Words] = []

    /// The plain hash.
    public init() {
        self.init(key: BLAKE3Compression.initialValue, flags: [])
    }

    /// The keyed hash, which only those who know the key can compute.
    ///
    /// - Throws: ``KeyError/length(expected:given:)`` unless the key has 32 bytes.
    public init(key: [UInt8]) throws(KeyError) {
        guard key.count == Self.byteCount else { throw .length(expected: Self.byteCount, given: key.count) }
        self.init(key: unsafe BLAKE3Compression.chainingWords(key.span.bytes), flags: .keyedHash)
    }

    /// The key derivation of the specification: what is hashed is key material, and `context` says what the
    /// new key is for, a constant that no one else uses.
    public init(derivingKeyFor context: String) {
        var outer = BLAKE3(key: BLAKE3Compression.initialValue, flags: .deriveKeyContext)
        outer.update(Array(context.utf8))
        let contextKey = outer.digest()
        self.init(
            key: unsafe BLAKE3Compression.chainingWords(contextKey.span.bytes), flags: .deriveKeyMaterial)
    }

    /// The keyed hash under a digest, which has the right length by its type.
    init(keyedBy digest: borrowing BLAKE3) {
        self.init(key: unsafe BLAKE3Compression.chainingWords(digest.digest().span.bytes), flags: .keyedHash)
    }

    private init(key: BLAKE3Words, flags: BLAKE3Flags) {
        self.key = key
        self.flags = flags
        chunk = BLAKE3Chunk(key: key, counter: 0, flags: flags)
    }

    /// The plain hash of `bytes`.
    public static func digest(of bytes: [UInt8]) -> [UInt8] {
        var hash = BLAKE3()
        hash.update(bytes)
        return hash.digest()
    }

    /// Takes in more bytes.
    public mutating func update(_ bytes: [UInt8]) {
        unsafe bytes.withUnsafeBytes { unsafe update($0) }
    }

    package mutating func update(_ bytes: UnsafeRawBufferPointer) {
        var rest = unsafe bytes[...]
        while unsafe !rest.isEmpty {
            if chunk.isFull { finishChunk() }
            let part = unsafe rest.prefix(chunk.room)
            unsafe chunk.update(UnsafeRawBufferPointer(rebasing: part))
            unsafe rest = rest.dropFirst(part.count)
        }
    }

    /// The digest of everything so far, 32 bytes; more may follow.
    public func digest() -> [UInt8] {
        output(count: Self.byteCount)
    }

    /// The first `count` bytes of the extendable output over everything so far. A longer one begins like a
    /// shorter.
    public func output(count: Int) -> [UInt8] {
        var root = chunk.output
        for left in subtrees.reversed() {
            root = .parent(left, root.chainingValue, key: key, flags: flags)
        }
        return root.rootBytes(count: count)
    }

    /// Joins the finished chunk with the subtrees of its own size: as many as the number of chunks ends in
    /// zeros.
    private mutating func finishChunk() {
        var value = chunk.output.chainingValue
        let finished = chunk.counter + 1
        for _ in 0..<finished.trailingZeroBitCount {
            guard let left = subtrees.popLast() else { break }
            value = BLAKE3Output.parent(left, value, key: key, flags: flags).chainingValue
        }
        subtrees.append(value)
        chunk = BLAKE3Chunk(key: key, counter: finished, flags: flags)
    }
}
