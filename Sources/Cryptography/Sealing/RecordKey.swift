internal import CConclaveSodium

/// ChaCha20-Poly1305 under one key in one direction, by whichever library is quicker for a record's length.
///
/// For short records that is libsodium, which needs nothing but the key. So a link that carries only votes
/// and pings holds 32 bytes here; OpenSSL's context, 1 KiB, is made with its first longer record.
/// The bytes are the same: tests compare the two at every length.
@safe
struct RecordKey: ~Copyable, @unchecked Sendable {  // what it points to has no other owner
    private let key: UnsafeMutablePointer<UInt8>
    private let direction: RecordCipher.Direction
    private var cipher: RecordCipher?

    /// `key` has 32 bytes; that is for the caller to know. It is wiped if the caller gives up its only copy.
    init(key given: consuming [UInt8], direction: RecordCipher.Direction) {
        precondition(given.count == RecordCipher.keyBytes, "a record key has 32 bytes, not \(given.count)")
        defer { given.wipe() }
        Sodium.start()
        unsafe key = .allocate(capacity: RecordCipher.keyBytes)
        unsafe key.initialize(from: given, count: RecordCipher.keyBytes)
        self.direction = direction
    }

    deinit {
        unsafe sodium_memzero(key, RecordCipher.keyBytes)
        unsafe key.deallocate()
    }

    /// Where the key lies.
    var memory: UnsafeRawPointer { unsafe UnsafeRawPointer(key) }

    /// Encrypts `count` bytes where they lie and writes their tag behind them.
    mutating func seal(_ record: UnsafeMutableRawPointer, count: Int, _ nonce: RecordNonce) {
        if count > ShortRecord.longest { return unsafe sealLong(record, count: count, nonce) }
        unsafe nonce.withBytes { nonce in
            unsafe ShortRecord.seal(record, count: count, nonce: nonce, key: key)
        }
    }

    /// Decrypts `count` bytes, which their tag follows, to `plaintext`; whether the tag was right. Where it
    /// was not, `plaintext` holds nothing of use.
    mutating func open(
        _ sealed: UnsafeRawPointer, count: Int, into plaintext: UnsafeMutableRawPointer, _ nonce: RecordNonce
    ) -> Bool {
        guard count <= ShortRecord.longest else {
            return unsafe openLong(sealed, count: count, into: plaintext, nonce)
        }
        return unsafe nonce.withBytes { nonce in
            unsafe ShortRecord.open(sealed, count: count, into: plaintext, nonce: nonce, key: key)
        }
    }

    // MARK: Long records

    private mutating func sealLong(_ record: UnsafeMutableRawPointer, count: Int, _ nonce: RecordNonce) {
        makeCipher()
        switch cipher {
        case .some(let cipher):
            cipher.start(nonce)
            unsafe cipher.update(record, record, count: count)
            unsafe cipher.finish(writing: record + count)
        case .none: preconditionFailure("there is a cipher once one was made")
        }
    }

    private mutating func openLong(
        _ sealed: UnsafeRawPointer, count: Int, into plaintext: UnsafeMutableRawPointer, _ nonce: RecordNonce
    ) -> Bool {
        makeCipher()
        switch cipher {
        case .some(let cipher):
            unsafe cipher.start(nonce, expecting: sealed + count)
            unsafe cipher.update(sealed, plaintext, count: count)
            return cipher.verifies()
        case .none: return false
        }
    }

    private mutating func makeCipher() {
        guard cipher == nil else { return }
        let copy = unsafe [UInt8](UnsafeBufferPointer(start: key, count: RecordCipher.keyBytes))
        cipher = RecordCipher(key: copy, direction: direction)
    }
}

extension RecordNonce {
    /// Lends the twelve bytes.
    fileprivate func withBytes<Result>(_ body: (UnsafePointer<UInt8>) -> Result) -> Result {
        let words = (low.littleEndian, high.littleEndian)
        return unsafe withUnsafePointer(to: words) { words in
            unsafe body(UnsafeRawPointer(words).assumingMemoryBound(to: UInt8.self))
        }
    }
}
