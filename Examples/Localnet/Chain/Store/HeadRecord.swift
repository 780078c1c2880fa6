import ConclaveCodec
import ConclaveCryptography

/// What the store says of its newest block: enough to write the accounts that it touched once more, so that a
/// batch of which a power cut left a part is made whole when the store is opened.
struct HeadRecord: Sendable {
    let chain: ChainDigest
    let height: UInt64
    let stateRoot: ChainDigest
    let roster: Roster
    let nextRoster: Roster?
    let changes: [AccountTree.Entry]

    /// Of the state that `ledger` is, of which `changes` are new.
    init(_ ledger: Ledger, changes: [AccountTree.Entry]) {
        chain = ledger.terms.identity.digest
        height = ledger.height
        stateRoot = ledger.stateRoot
        roster = ledger.roster
        nextRoster = ledger.nextRoster
        self.changes = changes
    }
}

extension HeadRecord: WireValue {
    func encode(into writer: inout Writer) {
        chain.encode(into: &writer)
        writer.integer(height)
        stateRoot.encode(into: &writer)
        roster.encode(into: &writer)
        writer.optional(nextRoster)
        writer.varint(UInt64(changes.count))
        for entry in changes {
            entry.key.encode(into: &writer)
            entry.account.encode(into: &writer)
        }
    }

    init(from reader: inout Reader) throws(DecodeError) {
        chain = try ChainDigest(from: &reader)
        height = try reader.integer()
        stateRoot = try ChainDigest(from: &reader)
        roster = try Roster(from: &reader)
        nextRoster = try reader.optional()
        var changes: [AccountTree.Entry] = []
        // Each takes more than one byte, so that their number is bounded by what was read.
        for _ in 0..<(try reader.varint32(limit: UInt32(clamping: reader.remaining))) {
            let key = try PublicKey(from: &reader)
            guard changes.last.map({ $0.key < key }) ?? true else { throw .notAscending }
            changes.append(.init(key: key, account: try Account(from: &reader)))
        }
        self.changes = changes
    }
}
