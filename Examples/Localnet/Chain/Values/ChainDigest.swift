public import ConclaveCodec
import ConclaveCryptography

/// 32 bytes of BLAKE3: what names a transaction, a state, a body or a chain. Ordered by its bytes.
public struct ChainDigest: Bytes32Value {
    /// Of nothing: where a digest belongs and there is nothing that has one.
    public static let zero = ChainDigest(.zero)

    public let bytes32: Bytes32

    public init(_ bytes32: Bytes32) {
        self.bytes32 = bytes32
    }

    /// The plain hash of `bytes`.
    public init(of bytes: [UInt8]) {
        // BLAKE3 gives 32 bytes.
        self = ChainDigest(BLAKE3.digest(of: bytes)) ?? .zero
    }
}
