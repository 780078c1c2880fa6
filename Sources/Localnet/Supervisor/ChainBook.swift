import ConclaveChain
public import ConclaveChainApplication
public import ConclavePrimitives

/// What the validators of a localnet say of their chain, put together. Those that lie on purpose are not
/// listened to.
///
/// Pure: what they say and when goes in; what became of the chain comes out.
public struct ChainBook: Sendable {
    /// Heights whose digests are compared, the newest ones. With 16 marks a second and validator that is
    /// minutes.
    private static let marksMax = 4_096
    /// Validators say each second where they stand, and at their end: whoever ends a localnet sooner is not
    /// told that its chain stood still.
    private static let moment = Duration.seconds(1)

    private let honest: Int
    /// Who has no block of so long ago does not go on.
    private let patience: Duration
    private var heights: [UInt64]
    private var members: [Bool]
    private var evidence: [Int]
    private var marks = SortedArray<UInt64, ChainDigest>()
    private var forked = SortedArray<UInt64, Void>()
    private var finalities = FinalityHistogram()
    /// The greatest height at some times: the first, then those of the last ``patience``.
    private var first: (height: UInt64, at: Instant)?
    private var recent: [(height: UInt64, at: Instant)] = []
    private var firstEpoch: UInt64?
    private var epoch: UInt64 = 0
    private var closedEvidence = 0
    private var longestGap: Int?
    private var joined = 0, left = 0

    /// - Parameters:
    ///   - honest: so many validators are listened to, the first ones.
    ///   - patience: the longest time without a block that is still going on.
    public init(honest: Int, patience: Duration) {
        self.honest = honest
        self.patience = patience
        heights = Array(repeating: 0, count: honest)
        members = Array(repeating: true, count: honest)
        evidence = Array(repeating: 0, count: honest)
    }

    /// A validator says where it stands.
    public mutating func said(_ index: Int, _ status: ChainStatus, at now: Instant) {
        guard heights.indices.contains(index) else { return }
        heights[index] = status.height
        members[index] = status.stake != nil
        if status.evidence < evidence[index] { closedEvidence += evidence[index] }
        evidence[index] = status.evidence
        finalities.add(status.finalities)
        for mark in status.marks { compare(mark) }
        if let gap = status.longestGapMilliseconds { longestGap = max(longestGap ?? 0, gap) }
        firstEpoch = firstEpoch ?? status.epoch
        epoch = max(epoch, status.epoch)
        note(heights.max() ?? 0, at: now)
    }

    private mutating func compare(_ mark: HeightMark) {
        if let known = marks[mark.height], known != mark.digest { forked[mark.height] = () }
        marks[mark.height] = mark.digest
        if marks.count > Self.marksMax, let oldest = marks.first { marks[oldest.key] = nil }
    }

    private mutating func note(_ height: UInt64, at now: Instant) {
        first = first ?? (height, now)
        recent.append((height, now))
        // One that is older than the patience stays, to be compared with.
        while recent.count > 1, recent[1].at.duration(to: now) >= patience { recent.removeFirst() }
    }

    /// Whether nobody has told it yet.
    public func isNew(_ news: ChainNews) -> Bool {
        guard case .epoch(let epoch, _, _) = news else { return true }
        return epoch > self.epoch
    }

    /// A validator says what happened.
    public mutating func happened(_ news: ChainNews) {
        guard isNew(news), case .epoch(let epoch, let joined, let left) = news else { return }
        self.epoch = epoch
        self.joined += joined.count
        self.left += left.count
    }

    /// The sum of it.
    public func outcome(at now: Instant) -> ChainOutcome {
        var outcome = ChainOutcome()
        outcome.height = heights.max() ?? 0
        outcome.epochs = epoch - min(firstEpoch ?? epoch, epoch)
        if let first, let last = recent.last, last.at > first.at {
            outcome.blocksPerSecond =
                Double(last.height - min(first.height, last.height))
                / first.at.duration(to: last.at).inSeconds
        }
        outcome.finalityP50Milliseconds = finalities.milliseconds(atPart: 0.5)
        outcome.finalityP99Milliseconds = finalities.milliseconds(atPart: 0.99)
        outcome.longestGapMilliseconds = longestGap
        outcome.forks = forked.count
        outcome.evidence = closedEvidence + evidence.reduce(0, +)
        (outcome.joined, outcome.left) = (joined, left)
        outcome.isWhole = forked.isEmpty && wentOn
        return outcome
    }

    /// Whether there were new blocks to the end, and every validator has some of them.
    private var wentOn: Bool {
        guard let before = recent.first, let last = recent.last else { return false }
        // What was said at one moment does not tell; then it is enough that there are blocks.
        let height = before.at.duration(to: last.at) < Self.moment ? 0 : before.height
        return heights.indices.allSatisfy { !members[$0] || heights[$0] > height } && last.height > height
    }
}

/// What became of the chain of a localnet.
public struct ChainOutcome: Hashable, Sendable {
    /// Of the newest final block.
    public var height: UInt64 = 0
    /// Epochs that have begun.
    public var epochs: UInt64 = 0
    public var blocksPerSecond = 0.0
    /// From the building of a block to its delivery, at its proposer; nil if none was measured.
    public var finalityP50Milliseconds, finalityP99Milliseconds: Double?
    /// Heights with two final blocks.
    public var forks = 0
    /// The longest time from one block to the next, by what their leaders say; nil without two blocks.
    public var longestGapMilliseconds: Int?
    /// Pieces of evidence that the validators found, each its own.
    public var evidence = 0
    /// Validators that came and went at the beginning of an epoch.
    public var joined = 0, left = 0
    /// Whether all honest validators agree, and went on to the end.
    public var isWhole = false

    public init() {}
}
