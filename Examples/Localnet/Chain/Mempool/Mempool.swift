public import ConclaveCryptography
import ConclavePrimitives

/// What waits for a block: in the order of nonces within an account, and fair between accounts.
///
/// Fair means two things. A block takes from the accounts in turn, one transaction each, and the next block
/// goes on with the account behind the last one served. And when as much waits as may, a newcomer pushes out
/// the last transaction of who has the most waiting, if that is two more than the newcomer has: so no account
/// keeps others out by sending more.
public struct Mempool: Sendable {
    /// What waits of one account, by nonce; never empty.
    typealias Queue = SortedArray<UInt64, Waiting>

    struct Waiting: Sendable {
        let transaction: VerifiedTransaction
        /// The epoch in which it came.
        let epoch: UInt64
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
    public func count(of key: PublicKey) -> Int { queues[key]?.count ?? 0 }

    /// The nonce of the next transaction that `key` may send, if `nonce` is that of the account.
    public func nextNonce(of key: PublicKey, behind nonce: UInt64) -> UInt64 {
        var next = nonce
        while let queue = queues[key], queue[next] != nil { next += 1 }
        return next
    }

    // MARK: Coming

    /// Lets `transaction` wait, unless it throws why not.
    ///
    /// - Parameter ledger: the newest final state.
    public mutating func add(
        _ transaction: VerifiedTransaction, on ledger: Ledger
    ) throws(MempoolRefusal) {
        guard byHash[transaction.hash] == nil else { throw .known }
        try check(transaction, on: ledger)
        let key = transaction.sender, queue = queues[key]
        guard queue?[transaction.nonce] == nil else { throw .nonceTaken }
        try makeRoom(for: transaction, waiting: queue?.count ?? 0)
        insert(Waiting(transaction: transaction, epoch: ledger.epoch))
    }

    /// Throws what can be said against `transaction` already.
    private func check(_ transaction: VerifiedTransaction, on ledger: Ledger) throws(MempoolRefusal) {
        guard let account = ledger.account(transaction.sender) else { throw .refused(.unknownAccount) }
        guard transaction.nonce > account.nonce else {
            // The one that is next can be tried.
            if let refusal = Self.refusal(of: transaction, on: ledger) { throw .refused(refusal) }
            return
        }
        guard transaction.nonce - account.nonce < UInt64(limits.accountMax) else {
            throw .refused(.nonceTooHigh(expected: account.nonce))
        }
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
        var pushed: [Waiting] = []
        while byHash.count >= limits.transactionsMax || transaction.byteCount > limits.bytesMax - bytes {
            // The first of those with the most, so that every run does the same.
            guard let most = queues.max(by: { $0.value.count < $1.value.count })?.value,
                most.count >= count + 2, let last = most.values.last
            else {
                for waiting in pushed { insert(waiting) }
                throw .full
            }
            remove(last.transaction)
            pushed.append(last)
        }
    }

    private mutating func insert(_ waiting: Waiting) {
        let transaction = waiting.transaction
        var queue = queues[transaction.sender] ?? Queue()
        queue[transaction.nonce] = waiting
        queues[transaction.sender] = queue
        byHash[transaction.hash] = transaction
        bytes += transaction.byteCount
    }

    // MARK: Going

    /// Drops what a final block included and what can no longer be: whose nonce is used, what is next of an
    /// account and is refused now, and what has waited since before the epoch that ended.
    public mutating func included(_ block: ExecutedBlock) {
        lastServed = block.body.transactions.last?.transaction.sender ?? lastServed
        let ledger = block.ledger
        for entry in block.changes {
            guard let queue = queues[entry.key] else { continue }
            for (nonce, waiting) in queue where nonce < entry.account.nonce { remove(waiting.transaction) }
            if let next = queue[entry.account.nonce]?.transaction, Self.refusal(of: next, on: ledger) != nil {
                remove(next)
            }
        }
        let schedule = ledger.terms.schedule
        if block.height == schedule.last(of: schedule.epoch(of: block.height)) { dropOld(in: ledger.epoch) }
    }

    /// Drops what came before the epoch that ended with the beginning of `epoch`.
    private mutating func dropOld(in epoch: UInt64) {
        let old = queues.flatMap { $0.value.values }.filter { $0.epoch + 1 < epoch }
        for waiting in old { remove(waiting.transaction) }
    }

    private mutating func remove(_ transaction: VerifiedTransaction) {
        guard byHash.removeValue(forKey: transaction.hash) != nil else { return }
        bytes -= transaction.byteCount
        guard var queue = queues[transaction.sender] else { return }
        queue[transaction.nonce] = nil
        queues[transaction.sender] = queue.isEmpty ? nil : queue
    }

    /// What waits, in the order in which a block should take it.
    public var selection: MempoolSelection { MempoolSelection(queues, behind: lastServed) }
}
