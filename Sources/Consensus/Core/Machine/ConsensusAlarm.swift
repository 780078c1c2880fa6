/// What an operator must know at once.
public enum ConsensusAlarm: Hashable, Sendable {
    /// Two certificates that cannot both be: a third of the weight or more lies. This node votes no more.
    case faultBoundBroken(Certificate, Certificate)
    /// So many views without a final block.
    case viewsWithoutFinal(UInt64)
    /// The journal was empty though this key is a validator's: it votes from a later epoch on.
    case abstaining(Epoch)
    /// The application's next set is not the one that the epoch's last block names. The node stands still.
    case wrongNextSet(Epoch)
    /// The journal could not be written: nothing more is sent.
    case journalFailed
    /// Nobody who is connected has what follows this height, though each was asked again and again: all have
    /// let go of it, or those who have it are not reached. The node goes on asking, and cannot follow until
    /// somebody answers.
    case stranded(above: Height)
    /// Evidence was dropped because 64 pieces of it wait to be taken.
    case evidenceLost
}
