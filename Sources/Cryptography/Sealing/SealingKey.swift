/// The key that seals the records of one direction, in order. It cannot be copied: two copies would use one
/// nonce twice, and that gives both records away.
public struct SealingKey: ~Copyable, Sendable {
    /// Bytes of a key.
    public static let byteCount = RecordCipher.keyBytes
    /// How much longer a sealed record is than its plaintext, in bytes.
    public static let overhead = RecordCipher.tagBytes

    private var cipher: RecordKey
    private var counter: UInt64

    /// `key` has ``byteCount`` bytes, and is wiped if the caller gives up its only copy. `counter` is the
    /// number of the first record; anything but 0 is for tests.
    public init(key: consuming [UInt8], counter: UInt64 = 0) {
        cipher = RecordKey(key: key, direction: .sealing)
        self.counter = counter
    }

    /// Where the key lies, for who begins to load it while there is other work: thousands of links have keys
    /// that no cache remembers. Nothing is read through it.
    package var memory: UnsafeRawPointer { unsafe cipher.memory }

    /// Encrypts `count` bytes where they lie and writes the tag of 16 bytes behind them.
    ///
    /// - Throws: ``NonceExhausted`` before anything is touched, when 2^64 − 1 records were sealed.
    package mutating func seal(_ record: UnsafeMutableRawPointer, count: Int) throws(NonceExhausted) {
        guard counter < .max else { throw NonceExhausted() }  // I6
        unsafe cipher.seal(record, count: count, RecordNonce(counter: counter))
        counter += 1  // I6
    }
}
