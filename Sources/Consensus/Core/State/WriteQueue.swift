internal import ConclavePrimitives

/// What waits until the journal has it: the order in which things are kept, counted and said.
///
/// Whatever one input leads to is kept in one batch, in the order of what rests on what; only when that and
/// all before it is on the disk does anything of it leave the node or count.
struct WriteQueue: Sendable {
    enum Effect: Sendable {
        case act(ConsensusAction)
        /// An own vote that counts from now on.
        case count(Vote)
    }

    /// Records of the present input, each with the place of its sort.
    private var records: [(rank: Int, record: JournalRecord)] = []
    private var effects: [Effect] = []
    private var waiting = RingBuffer<(batch: UInt64, effect: Effect)>()
    private var issued: UInt64 = 0
    private var kept: UInt64 = 0

    mutating func append(_ record: JournalRecord) {
        records.append((Self.rank(of: record), record))
    }

    /// Shall happen when everything so far is kept.
    mutating func afterwards(_ effect: Effect) { effects.append(effect) }

    /// The batch of this input, if it leads to any record.
    mutating func seal() -> JournalBatch? {
        defer { effects.removeAll(keepingCapacity: true) }
        if !records.isEmpty { issued += 1 }
        for effect in effects { waiting.append((issued, effect)) }
        guard !records.isEmpty else { return nil }
        let ordered = (0...Self.lastRank).flatMap { rank in
            records.lazy.filter { $0.rank == rank }.map(\.record)
        }
        records.removeAll(keepingCapacity: true)
        return JournalBatch(number: issued, records: ordered)
    }

    mutating func kept(through batch: UInt64) { kept = max(kept, min(batch, issued)) }

    /// The next effect whose batch is kept.
    mutating func nextEffect() -> Effect? {
        guard let first = waiting.first, first.batch <= kept else { return nil }
        return waiting.popFirst()?.effect
    }

    private static let lastRank = 4

    private static func rank(of record: JournalRecord) -> Int {
        switch record {
        case .epoch: 0
        case .certificate: 1
        case .block: 2
        case .vote: 3
        case .acknowledged, .settled: lastRank
        }
    }
}
