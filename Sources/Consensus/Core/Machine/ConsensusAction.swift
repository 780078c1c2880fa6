public import ConclaveCryptography

/// What the shell must do next, in the order in which the actions stand.
public enum ConsensusAction: Hashable, Sendable {
    /// Append the records in their order and sync once; then tell ``ConsensusMachine/kept(through:at:)`` with
    /// the batch's number. Batches are written in their order; several may share a sync. If writing fails,
    /// tell ``ConsensusMachine/keepingFailed()`` and end the process.
    case write(JournalBatch)
    /// Encode once and send on the channel of the message's class.
    case send(ConsensusMessage, to: Audience)
    /// Send a block's body as ``ConsensusMessage/body(_:_:)``; from the journal if the reference has none.
    case sendBody(View, BlockReference, to: Audience)
    /// Answer out of the journal: ``ConsensusMachine/served(_:bytes:at:)`` when it is done.
    case serve(StoredAnswer, to: PublicKey)
    /// Look in the journal for the block and those below it above the height, as many as are there of
    /// ``ConsensusMachine/recalledBlocks``; then tell ``ConsensusMachine/recalled(_:_:at:)``. Whatever was to
    /// be kept before this action is on the disk.
    case recall(Digest, above: Height)
    /// Ask the application for a block; then tell ``ConsensusMachine/built(_:view:epoch:at:)``.
    case build(BuildRequest)
    /// What the application built has become this block, and counts as verified: the application may keep its
    /// state under the digest.
    case proposed(BlockReference)
    /// Ask the application whether the block may follow its parent; then tell
    /// ``ConsensusMachine/verified(_:_:at:)``. A block's parent was verified or delivered before.
    case verify(BlockReference)
    /// A block is final and durable. Give it to the application, in the order of these actions; then tell
    /// ``ConsensusMachine/acknowledged(_:nextSet:at:)``. It may come again after a restart.
    case deliver(BlockReference)
    /// A view is final, whether its block is here or not.
    case tip(Certificate)
    /// An epoch has begun: track its validators, and let go of what the epoch before the last one tracked.
    case enter(EpochStart)
    /// The first finalization of the epoch is here, so a quorum has crossed: the set before may be let go.
    case crossed(Epoch)
    /// The peer broke a rule that no honest one breaks: close its link and refuse it.
    case block(PublicKey, PeerOffence)
    /// A validator voted twice. Kept until ``ConsensusMachine/evidenceTaken(_:)``.
    case report(Evidence)
    case alarm(ConsensusAlarm)
}
