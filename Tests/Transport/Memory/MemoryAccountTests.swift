import Testing

@testable import ConclaveTransport

@Suite struct MemoryAccountTests {
    @Test func `up to its floor a queue needs nothing from the budget`() {
        var account = MemoryAccount(floor: 1_000)
        #expect(account.shortage(for: 1_000) == 0)
        account.hold(1_000, leasing: 0)
        #expect(account.shortage(for: 1) == 1)
        #expect(account.release(1_000) == 0)
        #expect(account.held == 0 && account.leased == 0)
    }

    @Test func `above its floor it needs what is above, less what it has leased`() {
        var account = MemoryAccount(floor: 1_000)
        #expect(account.shortage(for: 3_000) == 2_000)
        account.hold(3_000, leasing: MemoryAccount.lease)
        #expect(account.shortage(for: MemoryAccount.lease - 2_000) == 0)
        #expect(account.shortage(for: MemoryAccount.lease - 1_999) == 1)
    }

    @Test func `two leases stay in reserve while it is used, none when half the floor is enough`() {
        let lease = MemoryAccount.lease
        var account = MemoryAccount(floor: 1_000)
        account.hold(1_000 + 4 * lease, leasing: 4 * lease)
        #expect(account.release(2 * lease) == 0)
        #expect(account.release(lease) == lease)
        #expect(account.release(lease) == lease)
        #expect(account.leased == 2 * lease)
        #expect(account.release(500) == 2 * lease)
        #expect(account.held == 500 && account.leased == 0)
    }

    @Test func `a queue without a floor gives everything back when it is empty`() {
        var account = MemoryAccount(floor: 0)
        account.hold(10, leasing: MemoryAccount.lease)
        #expect(account.release(10) == MemoryAccount.lease)
    }
}
