/// What a peer can get wrong in a compressed message.
public enum CompressionFault: Error, Hashable, Sendable {
    /// The two hellos do not allow it on this channel.
    case notAllowed
    /// The message would have been no longer as it was.
    case notShorter
    /// It declares more bytes than any block of its length can hold: 255 for each.
    case ratio
    /// The block does not decompress into exactly the declared length, or refers to bytes that are not
    /// there.
    case malformedBlock
}
