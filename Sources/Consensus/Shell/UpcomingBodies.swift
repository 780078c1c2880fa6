internal import ConclaveConsensusCore
internal import ConclaveRuntime

/// Bodies of blocks that are about to be delivered, read from the journal in rows. Each read waits for a
/// sync, and a node that comes back has a million blocks to deliver.
struct UpcomingBodies {
    /// The first row, and one of long bodies: 16 MiB where they have one each.
    private static let shortRow = 16
    /// A row of bodies that are short, judged by those of the row before: a megabyte.
    private static let longRow = 256
    private static let shortBody = 4_096

    let journal: Journal
    /// In ascending order of their keys, from ``next`` on.
    private var row: [StoredEntry] = []
    private var next = 0
    private var limit = shortRow

    init(journal: Journal) { self.journal = journal }

    /// The block with its body.
    mutating func block(_ reference: BlockReference) async throws -> Block {
        if let body = reference.body, let block = Block(header: reference.header, body: body) { return block }
        let key = JournalKeys.block(reference.height, reference.digest)
        let held = take(key)
        if held == nil { try await read(from: reference) }
        guard let body = held ?? take(key), let block = Block(header: reference.header, body: body) else {
            throw ConsensusFailure.blockMissing(reference.digest)
        }
        return block
    }

    /// The body under `key`, if it stands in the row; what stands before it is not needed any more.
    private mutating func take(_ key: [UInt8]) -> [UInt8]? {
        guard let place = row[next...].firstIndex(where: { $0.key == key }) else { return nil }
        next = place + 1
        return row[place].value
    }

    private mutating func read(from reference: BlockReference) async throws {
        row = try await journal.bodies(from: reference, limit: limit)
        next = 0
        let bytes = row.reduce(0) { $0 + $1.value.count }
        let isShort = bytes / max(1, row.count) <= Self.shortBody
        limit = isShort ? Self.longRow : Self.shortRow
    }
}
