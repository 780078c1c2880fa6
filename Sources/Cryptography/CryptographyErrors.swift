/// The caller's mistake, or its machine's: a value that can never become a key.
public enum KeyError: Error, Hashable, Sendable {
    /// A secret, salt or nonce of another length than the algorithm takes; both in bytes.
    case length(expected: Int, given: Int)
    /// A namespace of no bytes. Signatures under it could pass for those of a handshake.
    case emptyNamespace
    /// A cost of ``PassphraseSeal`` outside its ranges.
    case cost(operations: UInt64, memoryBytes: Int)
    /// A passphrase that does not open this seal, or is empty; also a seal that was damaged.
    case wrongPassphrase
    /// The machine did not give the memory that the secret, or the hardening of a passphrase, needs.
    case outOfMemory
}

/// The other side's fault: bytes from outside that fail a cryptographic check.
public enum CryptoFault: Error, Hashable, Sendable {
    /// An X25519 key that is not a reduced field element, or that leads to a secret which everybody knows.
    case unusableEphemeralKey
    /// A tag that does not verify: forged, damaged, out of order, or sealed under another key.
    case forged
    /// The opening side's nonces are used up.
    case nonceExhausted
}

/// The nonces of one direction are used up: the connection must end. Using one twice would give both records
/// away.
public struct NonceExhausted: Error, Hashable, Sendable {
    public init() {}
}
