import ConclaveChain
import ConclaveCodec
import Testing

@Suite struct AccountTests {
    let account = Account(
        balance: 5, nonce: 3, stake: 7, contact: Town.contact(1),
        unbonding: [.init(amount: 2, epoch: 4), .init(amount: 1, epoch: 6)])

    @Test func `what is unbonded is free from its epoch on, and nothing is lost on the way`() {
        #expect(account.settled(in: 3) == account)
        #expect(account.settled(in: 4).balance == 7)
        #expect(account.settled(in: 5).unbonding == [.init(amount: 1, epoch: 6)])
        #expect(account.settled(in: 9).balance == 8)
        for epoch in 0..<10 as Range<UInt64> {
            #expect(account.settled(in: epoch).total == 15)
            #expect(account.settled(in: epoch).settled(in: epoch + 3) == account.settled(in: epoch + 3))
        }
    }

    @Test func `an account reads as it was written`() throws {
        for account in [account, Account(), Account(balance: Account.supplyMax, nonce: .max)] {
            #expect(try Account(decoding: account.encoded) == account)
        }
    }

    @Test func `an account that cannot be is refused`() {
        let refused: [Account] = [
            Account(balance: Account.supplyMax + 1),
            Account(balance: Account.supplyMax, stake: 1),
            Account(balance: 1, unbonding: [.init(amount: Account.supplyMax, epoch: 1)]),
            Account(unbonding: [.init(amount: 0, epoch: 1)]),
            Account(unbonding: [.init(amount: 1, epoch: 2), .init(amount: 1, epoch: 2)]),
            Account(unbonding: (0..<65).map { .init(amount: 1, epoch: $0) }),
        ]
        for account in refused {
            #expect(throws: DecodeError.self) { try Account(decoding: account.encoded) }
        }
    }

    @Test func `hostile bytes are an error or another account`() {
        Hostile.check(account)
    }
}
