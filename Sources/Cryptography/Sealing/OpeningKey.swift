/// The key that opens the records of one direction, in the order in which they were sealed.
public struct OpeningKey: ~Copyable, Sendable {
    private var cipher: RecordKey
    private var counter: UInt64

    /// `key` has ``SealingKey/byteCount`` bytes, and is wiped if the caller gives up its only copy. `counter`
    /// is the number of the first record; anything but 0 is for tests.
    public init(key: consuming [UInt8], counter: UInt64 = 0) {
        cipher = RecordKey(key: key, direction: .opening)
        self.counter = counter
    }

    /// Where the key lies, for who begins to load it while there is other work: thousands of links have keys
    /// that no cache remembers. Nothing is read through it.
    package var memory: UnsafeRawPointer { unsafe cipher.memory }

    /// Decrypts `count` bytes, which a tag of 16 bytes follows, to `plaintext`: elsewhere or where they lie.
    ///
    /// A record that does not open leaves the counter where it was, and zeros instead of a plaintext that
    /// nobody vouches for.
    ///
    /// - Throws: ``CryptoFault/forged``; ``CryptoFault/nonceExhausted`` before anything is touched, when 2^64
    ///   − 1
    ///   records were opened.
    package mutating func open(
        _ sealed: UnsafeRawPointer, count: Int, into plaintext: UnsafeMutableRawPointer
    ) throws(CryptoFault) {
        guard counter < .max else { throw .nonceExhausted }
        guard unsafe cipher.open(sealed, count: count, into: plaintext, RecordNonce(counter: counter)) else {
            unsafe plaintext.initializeMemory(as: UInt8.self, repeating: 0, count: count)
            throw .forged
        }
        counter += 1
    }
}
