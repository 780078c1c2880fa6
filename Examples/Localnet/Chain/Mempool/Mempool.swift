public import ConclaveCryptography
import ConclavePrimitives

/// What waits for a block: in the order of nonces within an account, and fair between accounts.
///
/// What waits of an account follows on its nonce without a gap. So everything that waits can be applied in
/// turn and goes away again; what comes too early would lie here at no cost to who sent it.
///
/// Fair means two things. A block takes from the accounts in turn, one transaction each, and the next block
/// goes on with the account behind the last one served. And when as much waits as may, a newcomer pushes out
/// the last transaction of who has the most waiting, if that is two more than the newcomer has: so no account
/// keeps others out by sending more.
public struct Mempool: Sendable {
    /// What waits of one account, in the order of nonces without a gap; never empty.
    struct Queue: Sendable {
        fileprivate(set) var transactions: [VerifiedTransaction]
        /// The epoch in which the first of them came.
        let epoch: UInt64

        /// The nonce that the next one must have.
        fileprivate var end: UInt64 { (transactions.last?.nonce ?? 0) + 1 }
    }

    private let limits: MempoolLimits
    private var queues = SortedArray<PublicKey, Queue>()
    private var byHash: [ChainDigest: VerifiedTransaction] = [:]
    /// The account that the last final block served last.
    private var lastServed: PublicKey?
    /// The encodings together.
    public private(set) var bytes = 0

    public init(_ limits: MempoolLimits = MempoolLimits()) {
        self.limits = limits
    }

    /// Transactions that wait.
    public var count: Int { byHash.count }

    /// The waiting transaction of this hash.
    public subscript(hash: ChainDigest) -> VerifiedTransaction? { byHash[hash] }

    /// How many of `key`'s wait.
    public func count(of key: PublicKey) -> Int { queues[key]?.transactions.count ?? 0 }

    /// The nonce of the next transaction that `key` may send, if `nonce` is that of the account.
    public func nextNonce(of key: PublicKey, behind nonce: UInt64) -> UInt64 {
        queues[key]?.end ?? nonce
    }

    // MARK: Coming

    /// Lets `transaction` wait, unless it throws why not.
    ///
    /// - Parameter ledger: the newest final state.
    public mutating func add(
        _ transaction: VerifiedTransaction, on ledger: Ledger
    ) throws(MempoolRefusal) {
        guard byHash[transaction.hash] == nil else { throw .known }
        guard let account = ledger.account(transaction.sender) else { throw .refused(.unknownAccount) }
        let nonce = transaction.nonce, next = nextNonce(of: transaction.sender, behind: account.nonce)
        guard nonce >= account.nonce else { throw .refused(.nonceTooLow(expected: account.nonce)) }
        guard nonce >= next else { throw .nonceTaken }
        guard nonce == next else { throw .refused(.nonceTooHigh(expected: next)) }
        // The one that is next can be tried.
        if nonce == account.nonce, let refusal = Self.refusal(of: transaction, on: ledger) {
            throw .refused(refusal)
        }
        let waiting = count(of: transaction.sender)
        guard waiting < limits.accountMax else { throw .accountFull }
        try makeRoom(for: transaction, waiting: waiting)
        insert(transaction, epoch: ledger.epoch)
    }

    private static func refusal(of transaction: VerifiedTransaction, on ledger: Ledger) -> Refusal? {
        var draft = BlockDraft(on: ledger)
        do throws(Refusal) {
            try draft.apply(transaction)
            return nil
        } catch {
            return error
        }
    }

    /// Pushes out what the newcomer may, until there is room; nothing if that does not make enough.
    ///
    /// - Parameter count: how many of the newcomer's account wait.
    private mutating func makeRoom(
        for transaction: VerifiedTransaction, waiting count: Int
    ) throws(MempoolRefusal) {
        var pushed: [VerifiedTransaction] = []
        while byHash.count >= limits.transactionsMax || transaction.byteCount > limits.bytesMax - bytes {
            // The first of those with the most, so that every run does the same.
            let most = queues.max { $0.value.transactions.count < $1.value.transactions.count }
            guard let queue = most?.value.transactions, queue.count >= count + 2, let last = queue.last else {
                // Each was the last of its account, which has others left.
                for transaction in pushed.reversed() { insert(transaction, epoch: 0) }
                throw .full
            }
            removeLast(of: last.sender)
            pushed.append(last)
        }
    }

    /// - Parameter epoch: counts if it is the account's first.
    private mutating func insert(_ transaction: VerifiedTransaction, epoch: UInt64) {
        var queue = queues[transaction.sender] ?? Queue(transactions: [], epoch: epoch)
        queue.transactions.append(transaction)
        queues[transaction.sender] = queue
        note(transaction)
    }

    private mutating func note(_ transaction: VerifiedTransaction) {
        byHash[transaction.hash] = transaction
        bytes += transaction.byteCount
    }

    private mutating func forget(_ transaction: VerifiedTransaction) {
        byHash[transaction.hash] = nil
        bytes -= transaction.byteCount
    }

    private mutating func removeLast(of key: PublicKey) {
        guard var queue = queues[key], let last = queue.transactions.popLast() else { return }
        forget(last)
        queues[key] = queue.transactions.isEmpty ? nil : queue
    }

    // MARK: Going

    /// Drops what a final block included and what can no longer be: whose nonce is used, what is next of an
    /// account and is refused now with all behind it, and what has waited since before the epoch that ended.
    public mutating func included(_ block: ExecutedBlock) {
        lastServed = block.body.transactions.last?.transaction.sender ?? lastServed
        let ledger = block.ledger
        for entry in block.changes {
            keep(of: entry.key, from: entry.account.nonce, in: ledger.epoch)
            guard let next = queues[entry.key]?.transactions.first else { continue }
            if Self.refusal(of: next, on: ledger) != nil { drop(entry.key) }
        }
        let schedule = ledger.terms.schedule
        guard block.height == schedule.last(of: schedule.epoch(of: block.height)) else { return }
        for key in queues.filter({ $0.value.epoch + 1 < ledger.epoch }).map(\.key) { drop(key) }
    }

    /// Drops of an account what comes before `nonce`; what stays is next, and begins to wait anew.
    private mutating func keep(of key: PublicKey, from nonce: UInt64, in epoch: UInt64) {
        guard let queue = queues[key], queue.transactions.contains(where: { $0.nonce < nonce }) else {
            return
        }
        let kept = queue.transactions.filter { $0.nonce >= nonce }
        for transaction in queue.transactions where transaction.nonce < nonce { forget(transaction) }
        queues[key] = kept.isEmpty ? nil : Queue(transactions: kept, epoch: epoch)
    }

    private mutating func drop(_ key: PublicKey) {
        for transaction in queues[key]?.transactions ?? [] { forget(transaction) }
        queues[key] = nil
    }

    /// What waits, in the order in which a block should take it.
    public var selection: MempoolSelection { MempoolSelection(queues, behind: lastServed) }
}
