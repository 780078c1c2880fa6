public import ConclaveConsensusCore
public import ConclavePeers
public import ConclaveRuntime

/// Why an engine does not start, or has ended.
public enum ConsensusFailure: Error, Sendable {
    case channel(ChannelFault)
    case journal(StorageFailure)
    /// The journal holds something that no engine of this version wrote.
    case journalUnreadable(MessageFault)
    /// The longest message of the chain is longer than the network's `Configuration.maxMessageBytes`.
    case messagesTooLong(bytes: Int, limit: Int)
    /// A block that was decided is neither in memory nor in the journal.
    case blockMissing(Digest)
    /// More waited for a task of the engine than the machine may have under way.
    case overrun
    /// It runs already, or has been shut down.
    case closed
}
