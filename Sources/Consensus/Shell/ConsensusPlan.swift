public import ConclaveConsensusCore
public import ConclaveCryptography

/// What an engine starts from.
public struct ConsensusPlan: Sendable {
    public let configuration: ConsensusConfiguration
    /// The start of epoch 0; not looked at where the journal holds a later one.
    public let genesis: EpochStart
    /// Signs votes. The same key that the network proves, since votes are taken from their signer's own
    /// link only.
    public let key: SigningKey
    /// What it means that the journal is empty. ``EmptyJournal/neverVoted`` only for a key of which that is
    /// certain.
    public let emptyJournal: EmptyJournal
    /// The first of six channels of the network that the engine speaks on.
    public let firstChannel: UInt64

    /// Which blocks are kept for peers that were away. Who was away for longer than all others remember
    /// cannot come back by itself.
    public let history: History

    public enum History: Hashable, Sendable {
        case everything
        /// Those of the running epoch and so many before it.
        case epochsBefore(UInt64)
    }

    /// For showing that the others bear it.
    package var conduct = Conduct.honest

    public enum EmptyJournal: Sendable {
        case neverVoted, maybeLost
    }

    public init(
        configuration: ConsensusConfiguration, genesis: EpochStart, key: SigningKey,
        emptyJournal: EmptyJournal,
        firstChannel: UInt64 = 16, history: History = .epochsBefore(1)
    ) {
        self.configuration = configuration
        self.genesis = genesis
        self.key = key
        self.emptyJournal = emptyJournal
        self.firstChannel = firstChannel
        self.history = history
    }
}
