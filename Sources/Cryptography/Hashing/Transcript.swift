internal import ConclaveCodec

/// Everything said in a handshake so far, as one hash: two sides that heard different things derive different
/// keys and cannot verify each other's signatures.
///
/// The construction is commonware's (Docs/Wire.md); the bytes 0, 2 and 3 keep its uses apart.
public struct Transcript: Sendable {
    private var hash: BLAKE3

    private enum Start: UInt8 {
        case new = 0, fork = 2, noise = 3
    }

    /// A transcript that has nothing in common with one of another namespace.
    public init(namespace: [UInt8]) {
        self.init(BLAKE3(), .new, label: namespace)
    }

    private init(_ hash: BLAKE3, _ start: Start, label: [UInt8]) {
        self.hash = hash
        self.hash.update([start.rawValue])
        commit(label)
    }

    /// Takes in `bytes` and then their number, so that no two series of commitments look alike.
    public mutating func commit(_ bytes: [UInt8]) {
        unsafe bytes.withUnsafeBytes { unsafe commit($0) }
    }

    /// Takes in what two ephemeral keys agreed on; from here on the transcript is a secret.
    public mutating func commit(_ secret: borrowing SharedSecret) {
        unsafe secret.withBytes { unsafe commit($0) }
    }

    private mutating func commit(_ bytes: UnsafeRawBufferPointer) {
        unsafe hash.update(bytes)
        var length = Writer()
        length.varint(UInt64(bytes.count))
        hash.update(length.bytes)
    }

    /// A transcript that goes on from here under `label`; this one stays as it is.
    public func fork(_ label: String) -> Transcript {
        Transcript(keyed(), .fork, label: Array(label.utf8))
    }

    /// `count` bytes that only those who know this transcript can derive: key material, if a secret is in it.
    public func noise(_ label: String, count: Int) -> [UInt8] {
        Transcript(keyed(), .noise, label: Array(label.utf8)).hash.output(count: count)
    }

    /// The 32 bytes that stand for everything so far.
    public var summary: [UInt8] { hash.digest() }

    private func keyed() -> BLAKE3 {
        BLAKE3(keyedBy: hash)
    }
}
