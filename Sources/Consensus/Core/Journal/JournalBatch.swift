/// Records that one input led to. They are appended in order and synced once.
public struct JournalBatch: Hashable, Sendable {
    /// Counts from 1.
    public let number: UInt64
    public let records: [JournalRecord]

    public init(number: UInt64, records: [JournalRecord]) {
        self.number = number
        self.records = records
    }
}
