public import ConclaveCodec

/// An Ed25519 public key: who a peer is. Ordered by its bytes, as the wire orders peers.
///
/// Any 32 bytes (RFC 8032) are accepted here; whether they are a usable point shows when a signature is
/// verified.
@frozen public struct PublicKey: Bytes32Value {
    public let bytes32: Bytes32

    @inlinable public init(_ bytes32: Bytes32) {
        self.bytes32 = bytes32
    }

    /// The first eight digits, for people.
    public var short: String {
        let digits = String(bytes32.firstWord >> 32, radix: 16)
        return String(repeating: "0", count: 8 - digits.count) + digits
    }
}
