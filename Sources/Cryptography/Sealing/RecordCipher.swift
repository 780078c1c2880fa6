internal import CConclaveCrypto

/// ChaCha20-Poly1305 by OpenSSL under one key in one direction: what ``SealingKey`` and ``OpeningKey`` have
/// in common.
///
/// The context keeps the key; a record costs one call each to set the nonce, encrypt, finish and fetch the
/// tag, and allocates nothing. The nonce, and when opening the tag, go in through prepared parameters:
/// re-initialising the context and its control calls cost 50 ns a record more. OpenSSL names the parameter
/// after TLS; it sets the nonce and nothing else. Tests compare the results with libsodium's, record by
/// record.
@safe
package struct RecordCipher: ~Copyable, @unchecked Sendable {  // what it points to has no other owner
    package static let keyBytes = 32
    package static let tagBytes = 16

    package enum Direction: Sendable {
        case sealing, opening
    }

    private let context: OpaquePointer
    // Two lists, each ended by an empty parameter: nonce (and tag when opening) at 0..<3, tag alone at 3..<5.
    private let parameters: UnsafeMutablePointer<OSSL_PARAM>
    private let nonce: UnsafeMutablePointer<UInt32>

    /// `key` has 32 bytes; that is for the caller to know. It is wiped if the caller gives up its only copy.
    package init(key: consuming [UInt8], direction: Direction) {
        precondition(key.count == Self.keyBytes, "a record key has 32 bytes, not \(key.count)")
        defer { key.wipe() }
        guard let context = unsafe EVP_CIPHER_CTX_new() else { preconditionFailure("out of memory") }
        let isEncrypting: Int32 =
            switch direction {
            case .sealing: 1
            case .opening: 0
            }
        let result = unsafe EVP_CipherInit_ex(context, EVP_chacha20_poly1305(), nil, key, nil, isEncrypting)
        precondition(result == 1, "this libcrypto has no ChaCha20-Poly1305")
        unsafe self.context = context
        unsafe nonce = .allocate(capacity: 3)
        unsafe nonce.initialize(repeating: 0, count: 3)
        unsafe parameters = .allocate(capacity: 5)
        unsafe parameters.initialize(repeating: OSSL_PARAM(), count: 5)
        unsafe parameters[0] = Self.parameter("tlsivfixed", nonce, count: RecordNonce.byteCount)
        unsafe parameters[3] = Self.parameter("tag", nil, count: Self.tagBytes)
        if direction == .opening { unsafe parameters[1] = parameters[3] }
    }

    deinit {
        unsafe EVP_CIPHER_CTX_free(context)  // wipes the key
        unsafe parameters.deallocate()
        unsafe nonce.deallocate()
    }

    /// Begins a record to be sealed.
    package borrowing func start(_ nonce: RecordNonce) {
        unsafe self.nonce[0] = UInt32(truncatingIfNeeded: nonce.low).littleEndian
        unsafe self.nonce[1] = UInt32(truncatingIfNeeded: nonce.low >> 32).littleEndian
        unsafe self.nonce[2] = nonce.high.littleEndian
        let result = unsafe EVP_CIPHER_CTX_set_params(context, parameters)
        precondition(result == 1, "libcrypto refused a nonce: going on would use one twice")
    }

    /// Begins a record to be opened, whose tag is to be the one that `tag` points at.
    package borrowing func start(_ nonce: RecordNonce, expecting tag: UnsafeRawPointer) {
        unsafe parameters[1].data = UnsafeMutableRawPointer(mutating: tag)
        start(nonce)
    }

    /// Takes in bytes that the tag covers and the record does not contain, before any other. Our records have
    /// none; the published vectors do.
    package borrowing func authenticate(_ bytes: [UInt8]) {
        var written: Int32 = 0
        let result = unsafe EVP_CipherUpdate(context, nil, &written, bytes, Int32(bytes.count))
        precondition(result == 1, "libcrypto refused to authenticate")
    }

    /// Encrypts or decrypts `count` bytes; `source` and `target` are the same or do not overlap.
    ///
    /// OpenSSL 3.0 authenticates eight 16-byte blocks at a time only if the blocks of one update number 0 to
    /// 3 modulo 8, else four at a time all the way: 4.0 instead of 5.2 GB/s. So a long update of the wrong
    /// length is cut at its last multiple of 128 bytes. The bytes are the same.
    package borrowing func update(_ source: UnsafeRawPointer, _ target: UnsafeMutableRawPointer, count: Int) {
        let first = count > 2_048 && count & 64 != 0 ? count & ~127 : count
        unsafe updateWhole(source, target, count: first)
        if first < count { unsafe updateWhole(source + first, target + first, count: count - first) }
    }

    /// Ends a record being sealed and writes its tag.
    package borrowing func finish(writing tag: UnsafeMutableRawPointer) {
        var written: Int32 = 0
        unsafe parameters[3].data = tag
        let finished = unsafe EVP_EncryptFinal_ex(context, tag.assumingMemoryBound(to: UInt8.self), &written)
        let told = unsafe EVP_CIPHER_CTX_get_params(context, parameters + 3)
        precondition(finished == 1 && told == 1, "libcrypto gave no tag")
    }

    /// Ends a record being opened: whether its tag is the expected one.
    package borrowing func verifies() -> Bool {
        var written: Int32 = 0
        var nothing: UInt8 = 0
        return unsafe EVP_DecryptFinal_ex(context, &nothing, &written) == 1
    }

    private borrowing func updateWhole(
        _ source: UnsafeRawPointer, _ target: UnsafeMutableRawPointer, count: Int
    ) {
        var written: Int32 = 0
        let source = unsafe source.assumingMemoryBound(to: UInt8.self)
        let target = unsafe target.assumingMemoryBound(to: UInt8.self)
        let result = unsafe EVP_CipherUpdate(context, target, &written, source, Int32(count))
        precondition(result == 1, "libcrypto refused to encrypt or decrypt")
    }

    private static func parameter(_ name: StaticString, _ bytes: UnsafeMutableRawPointer?, count: Int)
        -> OSSL_PARAM
    {
        // A string literal's text ends in zero and is there as long as the process.
        let key = unsafe UnsafeRawPointer(name.utf8Start).assumingMemoryBound(to: CChar.self)
        let unmodified = -1  // OSSL_PARAM_UNMODIFIED, the largest size_t, which Swift does not import
        return unsafe OSSL_PARAM(
            key: key, data_type: UInt32(OSSL_PARAM_OCTET_STRING), data: bytes, data_size: count,
            return_size: unmodified)
    }
}
