public import ConclaveCodec

/// The peer broke the protocol: its connection ends and it is charged.
public enum PeerFault: Error, Hashable, Sendable {
    /// A message that cannot be decoded.
    case malformed(DecodeError)
    /// A frame longer or shorter than this step of the protocol allows.
    case frameSize(Int)
    /// A record whose seal does not verify.
    case forgedRecord
    /// The nonces of this direction are used up.
    case nonceExhausted
    /// Data on a channel that is not registered.
    case unknownChannel(UInt64)
    /// A message that this moment of the protocol does not allow, such as any before the greeting.
    case outOfTurn
    /// A piece without a byte, or with more than its message has left.
    case pieceSize(Int)
    /// A message that says it is compressed and is not as it should be.
    case compression(CompressionFault)
    /// A hello that denies the version in which it was sent.
    case versionNotOffered(UInt8)
    /// Both sides could speak a newer version than the one in use: somebody has chosen for them.
    case downgraded(from: UInt8, to: UInt8)
    /// The handshake's time passed a second time, and no hello came.
    case noHello
    /// The handshake's time passed a second time, and no greeting came.
    case noGreeting
    /// An address record that nobody may send.
    case addressRecord(AddressRecordFault)
    /// A bit vector that does not have one bit for each primary peer of its set.
    case vectorLength(given: Int, expected: Int)
}
