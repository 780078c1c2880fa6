public import ConclavePrimitives

/// Why a handshake failed: what the other side did wrong. The connection closes without an answer, so that
/// nobody learns which.
public enum HandshakeFault: Error, Hashable, Sendable {
    /// A frame of another length than its step has.
    case frameSize(HandshakeFrame)
    /// A profile, or a version of it, that this listener does not serve.
    case profileNotServed(WireProfile)
    /// The key on the other side is our own.
    case ownKey
    /// A time outside ``HandshakeLimits``: a replay, or a clock that is wrong here or there.
    case timeOutOfWindow(WallTime, now: WallTime)
    /// A Syn that was accepted before.
    case replayedSyn
    /// A signature that does not verify: another key, namespace, role or message than it was made for.
    case badSignature
    /// An ephemeral key that leads to a secret which everybody knows.
    case unusableEphemeralKey
    /// A confirmation that does not follow from the transcript: the other side cannot compute the secret.
    case badConfirmation

    /// The name in metrics and logs, out of a closed set.
    public var name: String {
        switch self {
        case .frameSize: "frame_size"
        case .profileNotServed: "profile_not_served"
        case .ownKey: "own_key"
        case .timeOutOfWindow: "time_out_of_window"
        case .replayedSyn: "replayed_syn"
        case .badSignature: "bad_signature"
        case .unusableEphemeralKey: "unusable_ephemeral_key"
        case .badConfirmation: "bad_confirmation"
        }
    }

    /// Every ``name``.
    public static let names = [
        "frame_size", "profile_not_served", "own_key", "time_out_of_window", "replayed_syn", "bad_signature",
        "unusable_ephemeral_key", "bad_confirmation",
    ]
}
