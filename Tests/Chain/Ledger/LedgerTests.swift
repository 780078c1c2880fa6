import ConclaveChain
import Testing

@Suite struct LedgerTests {
    let genesis = Ledger(Town.genesis())

    /// The state behind a block with these transactions.
    func after(_ ledger: Ledger, _ transactions: VerifiedTransaction...) throws -> Ledger {
        var draft = BlockDraft(on: ledger)
        for transaction in transactions { try draft.apply(transaction) }
        return draft.sealed().ledger
    }

    @Test func `the genesis is a state like any other`() {
        #expect(genesis.height == 0 && genesis.epoch == 0)
        #expect(genesis.supply == 8_300 && Town.sum(genesis) == 8_300)
        #expect(genesis.roster.epoch == 0 && genesis.roster.seats.count == 3)
        #expect(genesis.nextRoster == nil)
        #expect(genesis.account(Town.key(9)) == nil)
    }

    @Test func `a roster is announced once, holds for its epoch, and follows the stakes`() throws {
        // Epochs of 10 are announced at their sixth height.
        let bonded = try after(
            genesis, Town.verified(5, nonce: 0, .bond(amount: 500, Town.proven(5, for: 5))))
        let before = bonded.passing(4)
        #expect(before.height == 5 && before.nextRoster == nil)
        let announced = before.passing(1)
        let next = try #require(announced.nextRoster)
        #expect(next.epoch == 1 && next.seats.count == 4)
        #expect(next.seat(of: Town.contact(5).networkKey)?.weight == 500)
        // What is bonded later waits for the epoch behind.
        let late = try after(
            announced, Town.verified(6, nonce: 0, .bond(amount: 900, Town.proven(6, for: 6))))
        let last = late.passing(3)
        #expect(last.height == 10 && last.roster == genesis.roster && last.nextRoster == next)
        #expect(last.epoch == 1 && last.roster(of: 1) == next && last.roster(of: 0) != nil)
        let first = last.passing(1)
        #expect(first.roster == next && first.nextRoster == nil && first.roster(of: 0) == nil)
        let behind = first.passing(5).nextRoster
        #expect(behind?.seat(of: Town.contact(6).networkKey)?.weight == 900)
        // Four seats, five stakes: the smallest has none.
        #expect(behind?.seats.count == 4)
    }

    @Test func `an epoch of one block announces and hands over in every block`() {
        var ledger = Ledger(Town.genesis(Town.terms(epochLength: 1)))
        for epoch in 0..<5 as Range<UInt64> {
            #expect(ledger.epoch == epoch)
            #expect(ledger.roster(of: epoch) != nil)
            ledger = ledger.passing(1)
            #expect(ledger.roster.epoch == epoch && ledger.nextRoster?.epoch == epoch + 1)
        }
    }

    @Test func `a network key that was rotated away acts until its rosters are over`() throws {
        let rotated = try after(genesis, Town.verified(0, nonce: 0, .rotate(Town.proven(20, for: 0))))
        #expect(rotated.roster.seat(of: Town.contact(0).networkKey)?.account == Town.key(0))
        let taking = try Town.verified(5, nonce: 0, .bond(amount: 50, Town.proven(0, for: 5)))
        #expect(throws: Refusal.networkKeyInUse) { try after(rotated, taking) }
        let next = rotated.passing(10)
        #expect(next.height == 11)
        #expect(next.roster.seat(of: Town.contact(20).networkKey)?.account == Town.key(0))
        #expect(next.roster.seat(of: Town.contact(0).networkKey) == nil)
        _ = try after(next, taking)
    }

    @Test func `what is unbonded may be spent two epochs later and not before`() throws {
        let left = try after(genesis, Town.verified(0, nonce: 0, .unbond(amount: 100)))
        #expect(left.account(Town.key(0))?.stake == 0 && left.account(Town.key(0))?.contact == nil)
        let all = try Town.transfer(0, nonce: 1, 1_100)
        let before = left.passing(18)
        #expect(before.height == 19 && before.epoch == 1)
        #expect(throws: Refusal.balanceShort(available: 1_000)) { try after(before, all) }
        let free = before.passing(1)
        #expect(free.epoch == 2 && free.account(Town.key(0))?.balance == 1_100)
        #expect(try after(free, all).account(Town.key(0))?.balance == 0)
        #expect(free.supply == genesis.supply && Town.sum(free) == genesis.supply)
    }

    @Test func `a state can be made again from its parts`() throws {
        let ledger = try after(
            genesis, Town.verified(5, nonce: 0, .bond(amount: 500, Town.proven(5, for: 5)))
        )
        .passing(7)
        let again = Ledger.rebuilt(ledger)
        #expect(again.stateRoot == ledger.stateRoot && again.supply == ledger.supply)
        #expect(again.passing(10).stateRoot == ledger.passing(10).stateRoot)
        #expect(again.passing(20).roster == ledger.passing(20).roster)
    }

    @Test func `the roots of a sample stay what they are`() {
        #expect("\(genesis.stateRoot)" == "6f2ecae5246551360f2065796b28f02edcd060929ba9f8c4ca01035334209b93")
        #expect(
            "\(genesis.passing(6).stateRoot)"
                == "da1935b380dedbccc83b6df4367a2ea23520d5a96294a53b792a801517439a2f")
    }
}
