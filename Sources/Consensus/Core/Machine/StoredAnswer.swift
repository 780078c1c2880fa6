/// What a peer asked for that lies in the journal.
public enum StoredAnswer: Hashable, Sendable {
    /// One block, to be sent as ``ConsensusMessage/body(_:_:)`` with view 0.
    case block(Digest)
    /// The block and those below it above the height, at most ``MessageLimits/answerBlocks`` and
    /// ``MessageLimits/answerBytes``, to be sent as ``ConsensusMessage/blocks(_:)``.
    case ancestry(Digest, above: Height)
    /// The finalization of an epoch's last block, to be sent as ``ConsensusMessage/closing(_:)``.
    case closing(Epoch)
}
