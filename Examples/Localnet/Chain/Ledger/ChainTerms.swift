/// What the genesis says of a chain and no block changes.
public struct ChainTerms: Hashable, Sendable {
    public let identity: ChainIdentity
    public let schedule: EpochSchedule
    /// What was unbonded in an epoch may be spent so many epochs later; `1...64`. With two, a stake is free
    /// only when every roster in which it counted is over.
    public let unbondingEpochs: UInt64
    /// Least stake of a validator, at least 1. It bounds how many there are to be ranked.
    public let stakeMin: UInt64
    /// Most validators in a roster; `1...1,024`. The larger stakes have the seats.
    public let seatsMax: Int
    /// Longest body in bytes; what does not fit waits for the next block.
    public let bodyBytesMax: Int
    /// Most transactions in a block: at 35 µs a signature, 36 ms for who has seen none of them.
    public let transactionsMax: Int

    public static let unbondingEpochsRange: ClosedRange<UInt64> = 1...UInt64(Account.unbondingMax)
    public static let seatsRange = 1...1_024
    /// Room for the most transactions, all of them the longest.
    public static let bodyBytesStandard = 1_024 * SignedTransaction.bytesMax + 10
    public static let transactionsStandard = 1_024

    /// What is outside its range counts as the nearest that is inside.
    public init(
        identity: ChainIdentity, epochLength: UInt64, unbondingEpochs: UInt64 = 2, stakeMin: UInt64 = 1,
        seatsMax: Int = 100, bodyBytesMax: Int = bodyBytesStandard,
        transactionsMax: Int = transactionsStandard
    ) {
        self.identity = identity
        schedule = EpochSchedule(length: epochLength)
        let epochs = Self.unbondingEpochsRange
        self.unbondingEpochs = min(max(unbondingEpochs, epochs.lowerBound), epochs.upperBound)
        self.stakeMin = max(1, stakeMin)
        self.seatsMax = min(max(seatsMax, Self.seatsRange.lowerBound), Self.seatsRange.upperBound)
        self.bodyBytesMax = max(SignedTransaction.bytesMax + 10, bodyBytesMax)
        self.transactionsMax = max(1, transactionsMax)
    }
}
