public import ConclavePrimitives

/// What the application puts into a block; the machine adds the rest of the header.
public struct BlockContent: Hashable, Sendable {
    public let body: [UInt8]
    /// What the application says of its state after the block.
    public let stateRoot: Digest
    /// The set of the next epoch, in an epoch's last block; nil in all others.
    public let nextSet: ValidatorSet?
    /// When it was built.
    public let time: WallTime

    public init(body: [UInt8], stateRoot: Digest, nextSet: ValidatorSet? = nil, time: WallTime) {
        self.body = body
        self.stateRoot = stateRoot
        self.nextSet = nextSet
        self.time = time
    }
}
