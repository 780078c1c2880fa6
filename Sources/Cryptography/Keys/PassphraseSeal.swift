internal import CConclaveSodium

/// A signing key's seed under a passphrase: Argon2id makes a key of the passphrase, XChaCha20-Poly1305 seals
/// the seed.
///
/// It says nothing of a passphrase that is easy to guess, except that each guess costs what ``Cost`` says.
public struct PassphraseSeal: Hashable, Sendable {
    public static let saltByteCount = 16
    public static let nonceByteCount = 24
    /// The seed and its tag.
    public static let sealedByteCount = SigningKey.seedByteCount + 16

    /// What one guess costs.
    public let cost: Cost
    /// Random, so that no two key files share their guesses; 16 bytes.
    public let salt: [UInt8]
    /// Random; 24 bytes.
    public let nonce: [UInt8]
    /// The sealed seed; 48 bytes.
    public let sealed: [UInt8]

    /// A seal as it was read from a file.
    ///
    /// - Throws: ``KeyError/length(expected:given:)``.
    public init(cost: Cost, salt: [UInt8], nonce: [UInt8], sealed: [UInt8]) throws(KeyError) {
        try Self.check(salt, has: Self.saltByteCount)
        try Self.check(nonce, has: Self.nonceByteCount)
        try Self.check(sealed, has: Self.sealedByteCount)
        self.cost = cost
        self.salt = salt
        self.nonce = nonce
        self.sealed = sealed
    }

    /// Seals `seed`. `salt` and `nonce` must be fresh from the machine's entropy; the passphrase is not
    /// empty.
    ///
    /// - Throws: ``KeyError``; the memory that the cost names may not be there.
    public init(
        sealing seed: [UInt8], passphrase: [UInt8], cost: Cost = .standard, salt: [UInt8], nonce: [UInt8]
    ) throws(KeyError) {
        try Self.check(seed, has: SigningKey.seedByteCount)
        try Self.check(salt, has: Self.saltByteCount)
        try Self.check(nonce, has: Self.nonceByteCount)
        let key = try Self.key(passphrase, cost: cost, salt: salt)
        var sealed = [UInt8](repeating: 0, count: Self.sealedByteCount)
        unsafe key.withBytes { key in
            _ = unsafe crypto_aead_xchacha20poly1305_ietf_encrypt(
                &sealed, nil, seed, UInt64(seed.count), nil, 0, nil, nonce, key)
        }
        try self.init(cost: cost, salt: salt, nonce: nonce, sealed: sealed)
    }

    /// The seed. Wipe it when the key is made.
    ///
    /// - Throws: ``KeyError/wrongPassphrase``, also when the file is damaged; ``KeyError/outOfMemory``.
    public func seed(passphrase: [UInt8]) throws(KeyError) -> [UInt8] {
        let key = try Self.key(passphrase, cost: cost, salt: salt)
        var seed = [UInt8](repeating: 0, count: SigningKey.seedByteCount)
        let result = unsafe key.withBytes { key in
            unsafe crypto_aead_xchacha20poly1305_ietf_decrypt(
                &seed, nil, nil, sealed, UInt64(sealed.count), nil, 0, nonce, key)
        }
        guard result == 0 else { throw .wrongPassphrase }
        return seed
    }

    private static func key(_ passphrase: [UInt8], cost: Cost, salt: [UInt8]) throws(KeyError) -> SecretBytes
    {
        guard !passphrase.isEmpty else { throw .wrongPassphrase }
        Sodium.start()
        var result: Int32 = -1
        let bytes = Int(crypto_aead_xchacha20poly1305_ietf_KEYBYTES)
        let key = unsafe SecretBytes(count: bytes) { memory in
            unsafe passphrase.withUnsafeBytes { passphrase in
                guard let text = unsafe passphrase.assumingMemoryBound(to: CChar.self).baseAddress else {
                    return
                }
                unsafe result = crypto_pwhash(
                    memory, UInt64(bytes), text, UInt64(passphrase.count), salt, cost.operations,
                    cost.memoryBytes,
                    crypto_pwhash_ALG_ARGON2ID13)
            }
        }
        guard result == 0 else { throw .outOfMemory }
        return key
    }

    private static func check(_ bytes: [UInt8], has expected: Int) throws(KeyError) {
        guard bytes.count == expected else { throw .length(expected: expected, given: bytes.count) }
    }
}

extension PassphraseSeal {
    /// What Argon2id spends on one guess, ours and an attacker's.
    public struct Cost: Hashable, Sendable {
        /// Passes over the memory; `1...64`.
        public let operations: UInt64
        /// Memory in bytes; 8 KiB to 1 GiB. The upper ends keep a key file from somewhere else from holding
        /// the machine.
        public let memoryBytes: Int

        public static let operationsRange: ClosedRange<UInt64> = 1...64
        public static let memoryBytesRange = 8_192...(1 << 30)

        /// 3 passes over 256 MiB: about a second, once at a node's start (libsodium's "moderate").
        public static let standard = Cost(passes: 3, memoryBytes: 256 << 20)
        /// One pass over 8 KiB: for tests, no protection at all.
        public static let least = Cost(passes: 1, memoryBytes: 8_192)

        /// - Throws: ``KeyError/cost(operations:memoryBytes:)`` outside the ranges.
        public init(operations: UInt64, memoryBytes: Int) throws(KeyError) {
            guard Self.operationsRange.contains(operations), Self.memoryBytesRange.contains(memoryBytes)
            else {
                throw .cost(operations: operations, memoryBytes: memoryBytes)
            }
            self.init(passes: operations, memoryBytes: memoryBytes)
        }

        private init(passes: UInt64, memoryBytes: Int) {
            operations = passes
            self.memoryBytes = memoryBytes
        }
    }
}
