public import ConclaveCodec

/// An X25519 public key (RFC 7748) as it was received. Whether it is usable shows when a secret is agreed on.
public struct EphemeralPublicKey: Bytes32Value {
    public let bytes32: Bytes32

    public init(_ bytes32: Bytes32) {
        self.bytes32 = bytes32
    }

    /// Whether the bytes, read as a little-endian number, are below 2^255 − 19: the one encoding of each
    /// coordinate.
    ///
    /// RFC 7748 would accept the others, but no honest implementation makes them (Docs/Decisions/0004).
    var isCanonical: Bool {
        let bytes = bytes
        if bytes[31] != 0x7F { return bytes[31] < 0x7F }
        return bytes[1...30].contains { $0 != 0xFF } || bytes[0] < 0xED
    }
}
