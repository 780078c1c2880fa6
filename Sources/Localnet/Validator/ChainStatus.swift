import ConclaveArguments
import ConclaveChain
public import ConclaveChainApplication
public import ConclaveCryptography

/// Where a validator stands on the chain.
public struct ChainStatus: Hashable, Sendable {
    /// Of the newest final block.
    public var height: UInt64 = 0
    /// Of the block that is decided now, and its leader.
    public var epoch: UInt64 = 0
    public var view: UInt64 = 0
    public var leader: PublicKey?
    /// Weight in the epoch; nil for who is no validator in it.
    public var stake: UInt64?
    /// Whether its votes count.
    public var isVoting = false
    /// Whether nobody has what it needs to follow the others.
    public var isStranded = false
    /// Transactions that wait for a block.
    public var waiting = 0
    /// Pieces of evidence that it found.
    public var evidence = 0
    /// From the building of the newest own block to its delivery.
    public var finalityMicroseconds: Int?
    /// The same of all own blocks since the status before.
    public var finalities = FinalityHistogram()
    /// The longest time from one block to the next among those delivered since the status before.
    public var longestGapMilliseconds: Int?
    /// Digests of some blocks since the status before, for comparing.
    public var marks: [HeightMark] = []

    public init() {}

    /// Why the validator is not well, in words for people.
    var ailments: [String] {
        isStranded
            ? ["stranded at height \(height): nobody who is connected has what the chain decided next"] : []
    }
}

extension ChainStatus {
    var json: JSONLine {
        [
            "height": .natural(height), "epoch": .natural(epoch), "view": .natural(view),
            "leader": leader.map { .string("\($0)") } ?? .null, "stake": stake.map { .natural($0) } ?? .null,
            "voting": .boolean(isVoting), "stranded": .boolean(isStranded), "waiting": .integer(waiting),
            "evidence": .integer(evidence),
            "finalityMicroseconds": finalityMicroseconds.map { .integer($0) } ?? .null,
            "longestGapMilliseconds": longestGapMilliseconds.map { .integer($0) } ?? .null,
            "finalities": .array(
                finalities.counts.map {
                    .object(["place": .integer($0.place), "count": .integer($0.count)])
                }),
            "marks": .array(
                marks.map { .object(["height": .natural($0.height), "digest": .string("\($0.digest)")]) }),
        ]
    }
}

extension JSONValue {
    /// Cut off at 2^63, which no number of a chain reaches.
    static func natural(_ value: UInt64) -> JSONValue { .integer(Int(clamping: value)) }
}
