import ConclaveChain
import Testing

@Suite struct ChainGenesisTests {
    static func entry(_ number: Int, _ account: Account) -> AccountTree.Entry {
        .init(key: Town.key(number), account: account)
    }

    static let validator = entry(0, Account(stake: 10, contact: Town.contact(0)))

    @Test(
        arguments: [
            ([validator, validator], .accountTwice(Town.key(0))),
            (
                [validator, entry(1, Account(stake: 10, contact: Town.contact(0)))],
                .networkKeyTwice(Town.contact(0).networkKey)
            ),
            ([validator, entry(1, Account(balance: Account.supplyMax))], .supplyTooLarge),
            ([entry(0, Account(balance: .max, stake: 10, contact: Town.contact(0)))], .supplyTooLarge),
            ([entry(0, Account(stake: 9, contact: Town.contact(0)))], .unusableStake(Town.key(0))),
            ([entry(0, Account(stake: 10))], .unusableStake(Town.key(0))),
            ([entry(0, Account(contact: Town.contact(0)))], .unusableStake(Town.key(0))),
            ([entry(1, Account(balance: 5))], .noValidator),
            ([], .noValidator),
        ] as [([AccountTree.Entry], ChainGenesis.Fault)])
    func `a genesis that no chain can begin with is refused`(
        accounts: [AccountTree.Entry], fault: ChainGenesis.Fault
    ) {
        #expect(throws: fault) { try ChainGenesis(terms: Town.terms(), accounts: accounts) }
    }

    @Test func `the order of the accounts does not matter`() throws {
        let accounts = Town.genesis().accounts
        let turned = try ChainGenesis(terms: Town.terms(), accounts: accounts.reversed())
        #expect(turned.accounts == accounts)
        #expect(Ledger(turned).stateRoot == Ledger(Town.genesis()).stateRoot)
    }
}
