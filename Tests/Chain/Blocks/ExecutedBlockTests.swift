import ConclaveChain
import ConclaveCodec
import Testing

@Suite struct ExecutedBlockTests {
    let genesis = Ledger(Town.genesis())

    func mempool(_ transactions: VerifiedTransaction...) throws -> Mempool {
        var mempool = Mempool()
        for transaction in transactions { try mempool.add(transaction, on: genesis) }
        return mempool
    }

    @Test func `who verifies a block has the roots of who built it`() throws {
        let mempool = try mempool(
            Town.transfer(0, nonce: 0), Town.transfer(0, nonce: 1),
            Town.verified(5, nonce: 0, .bond(amount: 500, Town.proven(5, for: 5))), Town.transfer(3, nonce: 0)
        )
        let built = ExecutedBlock(building: genesis, from: mempool)
        #expect(built.body.transactions.count == 4 && built.receipts.count == 4 && built.height == 1)
        let verified = try ExecutedBlock(verifying: built.body.bytes, on: genesis) { mempool[$0] }
        #expect(verified.stateRoot == built.stateRoot && verified.bodyRoot == built.bodyRoot)
        #expect(verified.body == built.body && verified.changes == built.changes)
    }

    @Test func `building leaves out what is refused, and what stands behind it`() throws {
        // Each can be afforded alone, not both.
        let mempool = try mempool(
            Town.transfer(5, nonce: 0, 900), Town.transfer(5, nonce: 1, 900), Town.transfer(5, nonce: 2, 1),
            Town.transfer(3, nonce: 0))
        let built = ExecutedBlock(building: genesis, from: mempool)
        #expect(built.body.transactions.map(\.transaction.nonce) == [0, 0])
        _ = try ExecutedBlock(verifying: built.body.bytes, on: genesis) { _ in nil }
    }

    @Test func `a block with a transaction that is refused is none`() throws {
        let good = Town.signed(0, nonce: 0, .unbond(amount: 1))
        let late = Town.signed(0, nonce: 2, .unbond(amount: 1))
        let forged = SignedTransaction(good.transaction, by: Town.keys[1], on: Town.chain)
        let cases: [([SignedTransaction], BlockFault)] = [
            ([good, good], .refused(index: 1, .nonceTooLow(expected: 1))),
            ([good, late], .refused(index: 1, .nonceTooHigh(expected: 1))),
            ([forged], .refused(index: 0, .badSignature)),
        ]
        for (transactions, fault) in cases {
            #expect(throws: fault) {
                try ExecutedBlock(verifying: Body(transactions).bytes, on: genesis) { _ in nil }
            }
        }
        #expect(throws: BlockFault.malformed(.truncated(missing: 1))) {
            try ExecutedBlock(verifying: [], on: genesis) { _ in nil }
        }
    }

    @Test func `every flipped bit of a body is an error or another root`() throws {
        let mempool = try mempool(Town.transfer(0, nonce: 0), Town.transfer(3, nonce: 0))
        let built = ExecutedBlock(building: genesis, from: mempool)
        for bit in 0..<built.body.bytes.count * 8 {
            var bytes = built.body.bytes
            bytes[bit / 8] ^= 1 << UInt8(bit % 8)
            #expect(throws: BlockFault.self, "bit \(bit)") {
                try ExecutedBlock(verifying: bytes, on: genesis) { mempool[$0] }
            }
        }
    }

    @Test func `a block fills up to its bounds and no further`() throws {
        let terms = Town.terms(transactionsMax: 5)
        let ledger = Ledger(Town.genesis(terms))
        var mempool = Mempool()
        for nonce in 0..<4 as Range<UInt64> {
            for person in 0..<4 { try mempool.add(try Town.transfer(person, nonce: nonce), on: ledger) }
        }
        let built = ExecutedBlock(building: ledger, from: mempool)
        #expect(built.body.transactions.count == 5)
        _ = try ExecutedBlock(verifying: built.body.bytes, on: ledger) { _ in nil }
    }
}
