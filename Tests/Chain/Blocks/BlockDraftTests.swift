import ConclaveChain
import ConclaveCryptography
import Testing

@Suite struct BlockDraftTests {
    let genesis = Ledger(Town.genesis())

    @Test func `a transfer moves what it says and counts the sender's nonce`() throws {
        var draft = BlockDraft(on: genesis)
        let receipt = try draft.apply(try Town.verified(0, nonce: 0, .transfer(to: Town.key(30), amount: 40)))
        #expect(receipt.balance == 960 && receipt.nonce == 1 && receipt.stake == 100)
        #expect(draft.account(Town.key(30)) == Account(balance: 40))
        try draft.apply(try Town.verified(0, nonce: 1, .transfer(to: Town.key(0), amount: 960)))
        #expect(draft.account(Town.key(0))?.balance == 960 && draft.account(Town.key(0))?.nonce == 2)
        #expect(draft.height == 1 && draft.transactions.count == 2)
    }

    @Test func `a stake grows, shrinks, and goes whole`() throws {
        var draft = BlockDraft(on: genesis)
        try draft.apply(try Town.verified(5, nonce: 0, .bond(amount: 30, Town.proven(5, for: 5))))
        #expect(draft.account(Town.key(5))?.contact == Town.contact(5))
        try draft.apply(try Town.verified(5, nonce: 1, .bond(amount: 20, nil)))
        try draft.apply(try Town.verified(5, nonce: 2, .unbond(amount: 15)))
        try draft.apply(try Town.verified(5, nonce: 3, .rotate(Town.proven(6, for: 5))))
        #expect(
            draft.account(Town.key(5))
                == Account(
                    balance: 950, nonce: 4, stake: 35, contact: Town.contact(6),
                    unbonding: [.init(amount: 15, epoch: 2)]))
        try draft.apply(try Town.verified(5, nonce: 4, .unbond(amount: 35)))
        #expect(
            draft.account(Town.key(5))
                == Account(balance: 950, nonce: 5, unbonding: [.init(amount: 50, epoch: 2)]))
        // The key it had is free again, since no roster has it.
        try draft.apply(try Town.verified(4, nonce: 0, .bond(amount: 10, Town.proven(6, for: 4))))
    }

    static let refusals: [(person: Int, nonce: UInt64, Transaction.Operation, Refusal)] = [
        (30, 0, .unbond(amount: 1), .unknownAccount),
        (5, 1, .transfer(to: Town.key(0), amount: 1), .nonceTooHigh(expected: 0)),
        (5, 0, .transfer(to: Town.key(0), amount: 0), .amountZero),
        (5, 0, .transfer(to: Town.key(0), amount: 1_001), .balanceShort(available: 1_000)),
        (5, 0, .transfer(to: Town.key(5), amount: 1_001), .balanceShort(available: 1_000)),
        (5, 0, .bond(amount: 0, Town.proven(5, for: 5)), .amountZero),
        (5, 0, .bond(amount: 1_001, Town.proven(5, for: 5)), .balanceShort(available: 1_000)),
        (5, 0, .bond(amount: 9, Town.proven(5, for: 5)), .stakeBelowMinimum(10)),
        (5, 0, .bond(amount: 10, nil), .contactMissing),
        (5, 0, .bond(amount: 10, Town.proven(0, for: 5)), .networkKeyInUse),
        (5, 0, .bond(amount: 10, Town.proven(5, for: 5, port: 0)), .portZero),
        (5, 0, .unbond(amount: 1), .stakeShort(available: 0)),
        (5, 0, .unbond(amount: 0), .amountZero),
        (5, 0, .rotate(Town.proven(5, for: 5)), .notBonded),
        (0, 0, .rotate(Town.proven(1, for: 0)), .networkKeyInUse),
        (0, 0, .unbond(amount: 91), .stakeBelowMinimum(10)),
        (0, 0, .unbond(amount: 101), .stakeShort(available: 100)),
    ]

    @Test(arguments: refusals.indices)
    func `what is refused has a reason and changes nothing`(index: Int) throws {
        let (person, nonce, operation, refusal) = Self.refusals[index]
        var draft = BlockDraft(on: genesis)
        let transaction = try Town.verified(person, nonce: nonce, operation)
        #expect(throws: refusal) { try draft.apply(transaction) }
        #expect(draft.transactions.isEmpty && draft.receipts.isEmpty)
        #expect(draft.sealed().changes.isEmpty)
        #expect(draft.sealed().stateRoot == BlockDraft(on: genesis).sealed().stateRoot)
    }

    @Test func `a transaction is applied once`() throws {
        var draft = BlockDraft(on: genesis)
        let transaction = try Town.transfer(0, nonce: 0)
        try draft.apply(transaction)
        #expect(throws: Refusal.nonceTooLow(expected: 1)) { try draft.apply(transaction) }
        var next = BlockDraft(on: draft.sealed().ledger)
        #expect(throws: Refusal.nonceTooLow(expected: 1)) { try next.apply(transaction) }
    }

    @Test func `the last validator stays, however many come and go before`() throws {
        var draft = BlockDraft(on: genesis)
        try draft.apply(try Town.verified(0, nonce: 0, .unbond(amount: 100)))
        try draft.apply(try Town.verified(1, nonce: 0, .unbond(amount: 100)))
        let leaving = try Town.verified(2, nonce: 0, .unbond(amount: 100))
        #expect(throws: Refusal.lastValidator) { try draft.apply(leaving) }
        try draft.apply(try Town.verified(5, nonce: 0, .bond(amount: 10, Town.proven(5, for: 5))))
        try draft.apply(leaving)
        #expect(throws: Refusal.lastValidator) {
            try draft.apply(try Town.verified(5, nonce: 1, .unbond(amount: 10)))
        }
    }

    @Test func `a block has room for so many bytes and so many transactions`() throws {
        let size = try Town.transfer(0, nonce: 0).byteCount
        #expect(size < SignedTransaction.bytesMax)
        let terms = [
            Town.terms(transactionsMax: 3), Town.terms(bodyBytesMax: 5 + SignedTransaction.bytesMax * 2),
        ]
        for (terms, most) in zip(terms, [3, SignedTransaction.bytesMax * 2 / size]) {
            var draft = BlockDraft(on: Ledger(Town.genesis(terms)))
            var count: UInt64 = 0
            while draft.hasRoom(for: try Town.transfer(0, nonce: count)) {
                try draft.apply(try Town.transfer(0, nonce: count))
                count += 1
            }
            #expect(count == UInt64(most))
            #expect(draft.sealed().body.bytes.count <= terms.bodyBytesMax)
        }
    }

    /// Over many seeds: whatever is tried, the supply stays, a refusal changes nothing, and who does the same
    /// has the same.
    @Test(arguments: 0..<16 as Range<UInt64>)
    func `random transactions conserve the supply and give everybody the same state`(seed: UInt64) throws {
        var whims = Whims(seed: seed)
        var ledger = genesis, applied = 0, refused = 0
        for _ in 0..<40 {
            var draft = BlockDraft(on: ledger)
            for _ in 0..<whims.below(12) {
                let transaction = try whims.next(in: draft)
                let before = draft
                do throws(Refusal) {
                    try draft.apply(transaction)
                    applied += 1
                } catch {
                    refused += 1
                    #expect(draft.sealed().stateRoot == before.sealed().stateRoot)
                    #expect(draft.account(transaction.sender) == before.account(transaction.sender))
                }
            }
            let block = draft.sealed()
            #expect(Town.sum(block.ledger) == genesis.supply)
            #expect(block.ledger.supply == genesis.supply)
            #expect(Ledger.rebuilt(block.ledger).stateRoot == block.stateRoot)
            #expect(!block.ledger.roster.seats.isEmpty)
            let again = try ExecutedBlock(verifying: block.body.bytes, on: ledger) { _ in nil }
            #expect(again.stateRoot == block.stateRoot && again.bodyRoot == block.bodyRoot)
            #expect(again.receipts == block.receipts && again.changes == block.changes)
            ledger = block.ledger
        }
        #expect(applied > 60 && refused > 12)
    }
}
