public import ConclaveCodec
internal import ConclaveCryptography

/// 32 bytes that stand for many: a BLAKE3 hash.
public struct Digest: Bytes32Value {
    /// Stands where there is nothing to name.
    public static let zero = Digest(.zero)

    public let bytes32: Bytes32

    public init(_ bytes32: Bytes32) {
        self.bytes32 = bytes32
    }

    /// The hash of `bytes`.
    public init(of bytes: [UInt8]) {
        // BLAKE3 gives 32 bytes.
        self = Digest(BLAKE3.digest(of: bytes)) ?? .zero
    }

    /// The first eight bytes, for choices that need a number of the digest.
    public var firstWord: UInt64 { bytes32.firstWord }
}
