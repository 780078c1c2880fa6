public import ConclaveRuntime

/// Why the chain cannot be kept or read. The process must stop: what it would do next might contradict what
/// it did before.
public enum ChainStoreFault: Error, Hashable, Sendable {
    case storage(StorageFailure)
    /// The store is that of a chain with another genesis.
    case foreignChain(ChainDigest)
    /// What is in the store is not what was written.
    case corrupt(Part)
    /// A block was passed over.
    case gap(expected: UInt64)

    /// What is not as it was written.
    public enum Part: String, Hashable, Sendable {
        /// The record of the newest block.
        case head
        /// One account.
        case account
        /// All accounts together: their digest is not the one of the newest block.
        case state
        case header, body, transaction
    }
}
