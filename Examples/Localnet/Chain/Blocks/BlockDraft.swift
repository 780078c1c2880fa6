public import ConclaveCryptography
import ConclavePrimitives

/// A block in the making on the state behind its parent: takes transactions one by one, then is sealed. Who
/// proposes a block and who verifies one do the same.
public struct BlockDraft: Sendable {
    let parent: Ledger
    /// Of the block.
    public let height: UInt64
    let epoch: UInt64
    let rosters: (now: Roster, next: Roster?)

    // Looked up and never walked, but sorted when the block is sealed.
    private var changed: [PublicKey: Account] = [:]
    private(set) var ranking: StakeRanking
    private(set) var networkKeys: SortedArray<PublicKey, PublicKey>

    /// What was applied, in this order.
    public private(set) var transactions: [VerifiedTransaction] = []
    public private(set) var receipts: [Receipt] = []
    /// Of the body so far, its count left out.
    private(set) var bodyBytes = 0

    /// The block behind the one that `parent` is the state of.
    public init(on parent: Ledger) {
        self.parent = parent
        height = parent.height + 1
        epoch = parent.terms.schedule.epoch(of: height)
        ranking = parent.ranking
        networkKeys = parent.networkKeys
        if let next = parent.nextRoster, next.epoch == epoch {
            rosters = (next, nil)
        } else {
            rosters = (parent.roster, parent.nextRoster)
        }
    }

    var terms: ChainTerms { parent.terms }

    /// What `key` owns at this point.
    public func account(_ key: PublicKey) -> Account? {
        changed[key] ?? parent.accounts[key]?.settled(in: epoch)
    }

    mutating func set(_ key: PublicKey, to account: Account) {
        let old = changed[key] ?? parent.accounts[key]
        ranking.changed(key, from: old, to: account)
        if old?.contact?.networkKey != account.contact?.networkKey {
            if let networkKey = old?.contact?.networkKey { networkKeys[networkKey] = nil }
            if let networkKey = account.contact?.networkKey { networkKeys[networkKey] = key }
        }
        changed[key] = account
    }

    /// Whether the bounds of a block leave room for `transaction`.
    public func hasRoom(for transaction: VerifiedTransaction) -> Bool {
        transactions.count < terms.transactionsMax
            && bodyBytes + transaction.byteCount <= terms.bodyBytesMax - Body.countBytesMax
    }

    /// Does what `transaction` says, or changes nothing.
    @discardableResult
    public mutating func apply(_ transaction: VerifiedTransaction) throws(Refusal) -> Receipt {
        let after = try applied(transaction)
        let receipt = Receipt(
            hash: transaction.hash, balance: after.balance, stake: after.stake, nonce: after.nonce)
        transactions.append(transaction)
        receipts.append(receipt)
        bodyBytes += transaction.byteCount
        return receipt
    }

    /// The block, and the state behind it.
    public func sealed() -> ExecutedBlock {
        let changes = changed.map { AccountTree.Entry(key: $0.key, account: $0.value) }
            .sorted { $0.key < $1.key }
        var accounts = parent.accounts
        accounts.set(changes)
        var next = rosters.next
        if height == terms.schedule.announcement(in: epoch) {
            next = ranking.roster(of: epoch + 1, seatsMax: terms.seatsMax)
        }
        let ledger = Ledger(
            terms: terms, height: height, roster: rosters.now, nextRoster: next,
            accounts: accounts, supply: parent.supply, ranking: ranking, networkKeys: networkKeys)
        return ExecutedBlock(
            body: Body(transactions.map(\.signed)), receipts: receipts, ledger: ledger, changes: changes)
    }
}
