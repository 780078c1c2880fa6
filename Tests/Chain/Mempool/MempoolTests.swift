import ConclaveChain
import ConclaveCryptography
import ConclavePrimitives
import Testing

@Suite struct MempoolTests {
    let genesis = Ledger(Town.genesis())

    static func limits(_ transactions: Int, bytes: Int = .max, account: Int = 8) -> MempoolLimits {
        var limits = MempoolLimits()
        limits.transactionsMax = transactions
        limits.bytesMax = bytes
        limits.accountMax = account
        return limits
    }

    static func hashes(_ selection: MempoolSelection) -> [VerifiedTransaction] {
        var selection = selection
        return Array(sequence(state: 0) { _ in selection.next() })
    }

    @Test func `each reason to refuse has its case`() throws {
        var mempool = Mempool(Self.limits(3))
        let first = try Town.transfer(0, nonce: 0)
        try mempool.add(first, on: genesis)
        let cases: [(VerifiedTransaction, MempoolRefusal)] = [
            (first, .known),
            (try Town.transfer(0, nonce: 0, 2), .nonceTaken),
            (try Town.transfer(30, nonce: 0), .refused(.unknownAccount)),
            (try Town.transfer(0, nonce: 2), .refused(.nonceTooHigh(expected: 1))),
            (try Town.transfer(1, nonce: 1), .refused(.nonceTooHigh(expected: 0))),
            (try Town.transfer(1, nonce: 0, 1_001), .refused(.balanceShort(available: 1_000))),
        ]
        for (transaction, refusal) in cases {
            #expect(throws: refusal) { try mempool.add(transaction, on: genesis) }
        }
        #expect(mempool.count == 1 && mempool.bytes == first.byteCount)
        let later = BlockDraft(on: genesis)
        var draft = later
        try draft.apply(first)
        #expect(throws: MempoolRefusal.refused(.nonceTooLow(expected: 1))) {
            try mempool.add(try Town.transfer(0, nonce: 0, 3), on: draft.sealed().ledger)
        }
        for person in 1...2 { try mempool.add(try Town.transfer(person, nonce: 0), on: genesis) }
        #expect(throws: MempoolRefusal.full) { try mempool.add(try Town.transfer(0, nonce: 1), on: genesis) }
        #expect(throws: MempoolRefusal.full) { try mempool.add(try Town.transfer(3, nonce: 0), on: genesis) }
        let refusals: [MempoolRefusal] = [.known, .nonceTaken, .accountFull, .full, .refused(.amountZero)]
        #expect(Set(refusals.map(\.code)).count == 5 && Set(refusals.map(\.message)).count == 5)
    }

    @Test func `an account has so much waiting and no more`() throws {
        var mempool = Mempool(Self.limits(100, account: 3))
        for nonce in 0..<3 as Range<UInt64> {
            try mempool.add(try Town.transfer(0, nonce: nonce), on: genesis)
        }
        #expect(throws: MempoolRefusal.accountFull) {
            try mempool.add(try Town.transfer(0, nonce: 3), on: genesis)
        }
    }

    @Test func `who sends most makes room for who sends least`() throws {
        var mempool = Mempool(Self.limits(6))
        for nonce in 0..<6 as Range<UInt64> {
            try mempool.add(try Town.transfer(0, nonce: nonce), on: genesis)
        }
        for nonce in 0..<3 as Range<UInt64> {
            try mempool.add(try Town.transfer(1, nonce: nonce), on: genesis)
        }
        #expect(mempool.count(of: Town.key(0)) == 3 && mempool.count(of: Town.key(1)) == 3)
        #expect(throws: MempoolRefusal.full) { try mempool.add(try Town.transfer(1, nonce: 3), on: genesis) }
        #expect(mempool.nextNonce(of: Town.key(0), behind: 0) == 3)
        #expect(mempool.nextNonce(of: Town.key(2), behind: 7) == 7)
    }

    @Test func `bytes are bounded too, and a newcomer that would not fit pushes nobody out`() throws {
        let size = try Town.transfer(0, nonce: 0).byteCount
        var mempool = Mempool(Self.limits(100, bytes: size * 3))
        for nonce in 0..<3 as Range<UInt64> {
            try mempool.add(try Town.transfer(0, nonce: nonce), on: genesis)
        }
        // Longer than two transfers: the first may go for it, not the second.
        let long = try Town.verified(5, nonce: 0, .bond(amount: 500, Town.proven(5, for: 5)))
        #expect(long.byteCount > size && long.byteCount < size * 2)
        try mempool.add(long, on: genesis)
        #expect(mempool.count(of: Town.key(0)) == 1 && mempool.bytes <= size * 3)
        let other = try Town.verified(6, nonce: 0, .bond(amount: 500, Town.proven(6, for: 6)))
        #expect(throws: MempoolRefusal.full) { try mempool.add(other, on: genesis) }
        #expect(mempool.count == 2 && mempool.bytes == size + long.byteCount)
    }

    @Test func `accounts take turns, within a block and from one to the next`() throws {
        let ledger = Ledger(Town.genesis(Town.terms(transactionsMax: 2)))
        var mempool = Mempool()
        for person in 0..<5 {
            for nonce in 0..<2 as Range<UInt64> {
                try mempool.add(try Town.transfer(person, nonce: nonce), on: ledger)
            }
        }
        let people = (0..<5).map(Town.key).sorted()
        #expect(Self.hashes(mempool.selection).map(\.sender) == people + people)
        var head = ledger
        var served: [PublicKey] = []
        for _ in 0..<5 {
            let block = ExecutedBlock(building: head, from: mempool)
            served += block.body.transactions.map(\.transaction.sender)
            mempool.included(block)
            head = block.ledger
        }
        #expect(served == people + people)
        #expect(mempool.count == 0 && mempool.bytes == 0)
    }

    @Test func `what can no longer be applied goes with the block that made it so`() throws {
        var mempool = Mempool()
        for transaction in [
            try Town.transfer(5, nonce: 0, 900), try Town.transfer(5, nonce: 1, 900),
            try Town.transfer(5, nonce: 2, 1),
        ] { try mempool.add(transaction, on: genesis) }
        var draft = BlockDraft(on: genesis)
        // Not the one that waits, though its nonce is the same.
        try draft.apply(try Town.transfer(5, nonce: 0, 800))
        mempool.included(draft.sealed())
        // The second cannot be paid any more, and the third has nothing to follow on.
        #expect(mempool.count == 0 && mempool.bytes == 0)
        try mempool.add(try Town.transfer(5, nonce: 1, 5), on: draft.sealed().ledger)
        #expect(ExecutedBlock(building: draft.sealed().ledger, from: mempool).receipts.count == 1)
    }

    @Test func `nothing waits longer than the epoch after the one it came in`() throws {
        var mempool = Mempool()
        for nonce in 0..<3 as Range<UInt64> {
            try mempool.add(try Town.transfer(5, nonce: nonce), on: genesis)
        }
        var ledger = genesis
        for height in 1...20 {
            #expect(mempool.count == 3, "height \(height)")
            let block = BlockDraft(on: ledger).sealed()
            mempool.included(block)
            ledger = block.ledger
        }
        #expect(mempool.count == 0 && mempool.bytes == 0)
    }

    // MARK: Against a model

    /// The same rules in the plainest form: a list that is searched.
    struct Model {
        var waiting: [VerifiedTransaction] = []
        let limits: MempoolLimits

        func of(_ key: PublicKey) -> [VerifiedTransaction] {
            waiting.filter { $0.sender == key }.sorted { $0.nonce < $1.nonce }
        }

        var bytes: Int { waiting.reduce(0) { $0 + $1.byteCount } }

        /// Whether it was taken.
        mutating func add(_ transaction: VerifiedTransaction, on ledger: Ledger) -> Bool {
            let own = of(transaction.sender)
            guard let account = ledger.account(transaction.sender), own.count < limits.accountMax,
                transaction.nonce == account.nonce + UInt64(own.count)
            else { return false }
            if transaction.nonce == account.nonce {
                var draft = BlockDraft(on: ledger)
                guard (try? draft.apply(transaction)) != nil else { return false }
            }
            let before = waiting
            while waiting.count >= limits.transactionsMax || bytes + transaction.byteCount > limits.bytesMax {
                let senders = Set(waiting.map(\.sender)).sorted()
                let most = senders.map { of($0).count }.max() ?? 0
                guard most >= of(transaction.sender).count + 2,
                    let victim = senders.first(where: { of($0).count == most }),
                    let last = of(victim).last
                else {
                    waiting = before
                    return false
                }
                waiting.removeAll { $0 == last }
            }
            waiting.append(transaction)
            return true
        }

        mutating func included(_ block: ExecutedBlock) {
            for entry in block.changes {
                waiting.removeAll { $0.sender == entry.key && $0.nonce < entry.account.nonce }
                guard let next = of(entry.key).first, next.nonce == entry.account.nonce else { continue }
                var draft = BlockDraft(on: block.ledger)
                if (try? draft.apply(next)) == nil { waiting.removeAll { $0.sender == entry.key } }
            }
        }
    }

    @Test(arguments: 0..<12 as Range<UInt64>)
    func `it does what the model does`(seed: UInt64) throws {
        var whims = Whims(seed: seed)
        let limits = Self.limits(4 + whims.below(12), bytes: 1_000 + whims.below(2_000), account: 5)
        // One epoch, so that the model needs no clock.
        var ledger = Ledger(Town.genesis(Town.terms(epochLength: 10_000, transactionsMax: 3)))
        var mempool = Mempool(limits), model = Model(limits: limits)
        var taken = 0, refused = 0
        for _ in 0..<250 {
            if whims.below(6) == 0 {
                let block = ExecutedBlock(building: ledger, from: mempool)
                mempool.included(block)
                model.included(block)
                ledger = block.ledger
            } else {
                let person = whims.below(8)
                let known = ledger.account(Town.key(person))?.nonce ?? 0
                let nonce =
                    mempool.nextNonce(of: Town.key(person), behind: known)
                    + UInt64(whims.below(4) == 0 ? whims.below(3) : 0)
                let amount = UInt64(whims.below(8) == 0 ? 900 : whims.below(9))
                let recipient = Town.key(whims.below(8))
                let transaction = try Town.verified(
                    person, nonce: nonce, .transfer(to: recipient, amount: amount))
                let isTaken = (try? mempool.add(transaction, on: ledger)) != nil
                #expect(isTaken == model.add(transaction, on: ledger))
                if isTaken { taken += 1 } else { refused += 1 }
            }
            #expect(mempool.count == model.waiting.count && mempool.bytes == model.bytes)
            #expect(mempool.count <= limits.transactionsMax && mempool.bytes <= limits.bytesMax)
            let all = Self.hashes(mempool.selection)
            #expect(Set(all) == Set(model.waiting) && all.count == model.waiting.count)
            for person in 0..<8 {
                let own = all.filter { $0.sender == Town.key(person) }
                #expect(own == model.of(Town.key(person)))
            }
        }
        #expect(taken > 50 && refused > 50)
    }
}
