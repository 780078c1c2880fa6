import ConclaveChain
import Testing

@Suite struct PendingBlocksTests {
    let genesis = Ledger(Town.genesis())

    static func digest(_ number: UInt8) -> ChainDigest { ChainDigest(of: [number]) }

    func block(on ledger: Ledger, paying amount: UInt64) throws -> ExecutedBlock {
        var draft = BlockDraft(on: ledger)
        let nonce = ledger.account(Town.key(0))?.nonce ?? 0
        try draft.apply(try Town.transfer(0, nonce: nonce, amount))
        return draft.sealed()
    }

    @Test func `branches are kept until one of them is final, and what stands on it stays`() throws {
        var pending = PendingBlocks(behind: Self.digest(0), genesis)
        let left = try block(on: genesis, paying: 1), right = try block(on: genesis, paying: 2)
        let above = try block(on: left.ledger, paying: 3), beside = try block(on: right.ledger, paying: 3)
        pending.executed(left, digest: Self.digest(1), on: Self.digest(0))
        pending.executed(right, digest: Self.digest(2), on: Self.digest(0))
        pending.executed(above, digest: Self.digest(3), on: Self.digest(1))
        pending.executed(beside, digest: Self.digest(4), on: Self.digest(2))
        #expect(pending.ledger(behind: Self.digest(0))?.stateRoot == genesis.stateRoot)
        #expect(pending.ledger(behind: Self.digest(4))?.stateRoot == beside.stateRoot)
        #expect(pending.count == 4)
        // Not the next one.
        #expect(pending.finalized(Self.digest(3)) == nil && pending.finalized(Self.digest(9)) == nil)
        #expect(pending.finalized(Self.digest(1))?.stateRoot == left.stateRoot)
        #expect(pending.count == 1)
        #expect(pending.final.digest == Self.digest(1))
        for (number, root) in [(0, nil), (1, left.stateRoot), (2, nil), (3, above.stateRoot), (4, nil)]
            as [(UInt8, ChainDigest?)]
        {
            #expect(pending.ledger(behind: Self.digest(number))?.stateRoot == root)
        }
        // What was overtaken does not come back.
        pending.executed(right, digest: Self.digest(2), on: Self.digest(0))
        #expect(pending.count == 1)
        #expect(pending.finalized(Self.digest(3))?.stateRoot == above.stateRoot)
        #expect(pending.count == 0)
    }
}
