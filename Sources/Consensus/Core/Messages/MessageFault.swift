public import ConclaveCodec

/// Why the bytes of a message are none. Always the fault of whoever sent them: its link is to be closed.
public enum MessageFault: Error, Hashable, Sendable {
    case malformed(DecodeError)
    /// A block whose body is not the one that its header names.
    case wrongBody
    /// Blocks in one answer of which each is not the parent of the one before it.
    case notLinked
}
