public import ConclaveChain
public import ConclaveConsensusCore
public import ConclaveCryptography

/// What happens on the chain and is worth a line.
public enum ChainNews: Hashable, Sendable {
    /// An epoch begins with the next block; who came and who went, by network keys.
    case epoch(UInt64, joined: [PublicKey], left: [PublicKey])
    /// A validator voted twice.
    case evidence(of: PublicKey, Evidence.Offence, epoch: UInt64, view: UInt64)
    case alarm(String)
}

/// Where the chain of a node stands, and what happened since the last time somebody looked.
public struct ChainFigures: Sendable {
    public let height: UInt64
    /// Of the next block.
    public let epoch: UInt64
    /// Weight of this node in the epoch; nil if it is no validator.
    public let stake: UInt64?
    /// Transactions that wait.
    public let waiting: Int
    /// Pieces of evidence since the process began.
    public let evidence: Int
    /// The newest own block's.
    public let finality: Duration?
    /// Own blocks' since the last time.
    public let finalities: FinalityHistogram
    /// The longest time from one block to the next since the last time.
    public let longestGap: Duration?
    /// Digests since the last time.
    public let marks: [HeightMark]
}

/// Why the chain cannot go on: each is a bug or a broken disk, or more than a third of the stake lies.
public enum ChainFailure: Error, Sendable {
    case store(ChainStoreFault)
    /// A final block breaks the rules of the chain.
    case unsoundBlock(UInt64, String)
}
