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
}
