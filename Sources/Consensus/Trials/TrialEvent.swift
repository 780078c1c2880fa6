internal import ConclaveConsensusCore

/// What can happen in a trial. Those of a node name the life of it that they belong to.
enum TrialEvent {
    case boot(Int)
    case connect(Int, to: Int)
    case deliver(ConsensusMessage, from: Int, to: Int)
    case wake(Int, life: Int)
    case sync(Int, life: Int, batch: UInt64)
    case build(Int, life: Int, BuildRequest)
    case verify(Int, life: Int, BlockReference)
    case acknowledge(Int, life: Int, Height)
    case serve(Int, life: Int, StoredAnswer, to: Int)
    case recall(Int, life: Int, Digest, above: Height)
    case crashAll
    case skew(Int)
    case repartition
    case liarsLead(Epoch, View, mask: UInt64)
    case liarsAct(Epoch, View, mask: UInt64)
}
