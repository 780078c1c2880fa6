public import ConclaveCryptography
import ConclavePrimitives

/// What a chain begins with.
public struct ChainGenesis: Hashable, Sendable {
    public let terms: ChainTerms
    /// In ascending order of their keys, none twice.
    public let accounts: [AccountTree.Entry]

    /// Why a genesis is none.
    public enum Fault: Error, Hashable, Sendable {
        case accountTwice(PublicKey)
        case networkKeyTwice(PublicKey)
        /// More than ``Account/supplyMax`` all together.
        case supplyTooLarge
        /// Its stake is below the least, or it has a stake and no contact.
        case unusableStake(PublicKey)
        /// Nobody validates.
        case noValidator
    }

    /// - Parameter accounts: in any order.
    public init(terms: ChainTerms, accounts: [AccountTree.Entry]) throws(Fault) {
        let accounts = accounts.sorted { $0.key < $1.key }
        if let twin = zip(accounts, accounts.dropFirst()).first(where: { $0.key == $1.key }) {
            throw .accountTwice(twin.0.key)
        }
        var supply: UInt64 = 0
        var networkKeys = SortedArray<PublicKey, PublicKey>()
        for entry in accounts {
            let account = entry.account
            supply = try Self.sum([supply, account.balance, account.stake] + account.unbonding.map(\.amount))
            guard (account.stake > 0) == (account.contact != nil),
                account.stake == 0 || account.stake >= terms.stakeMin
            else { throw .unusableStake(entry.key) }
            guard let networkKey = account.contact?.networkKey else { continue }
            guard networkKeys[networkKey] == nil else { throw .networkKeyTwice(networkKey) }
            networkKeys[networkKey] = entry.key
        }
        guard !networkKeys.isEmpty else { throw .noValidator }
        self.terms = terms
        self.accounts = accounts
    }

    private static func sum(_ amounts: [UInt64]) throws(Fault) -> UInt64 {
        var sum: UInt64 = 0
        for amount in amounts {
            guard amount <= Account.supplyMax, sum + amount <= Account.supplyMax else {
                throw .supplyTooLarge
            }
            sum += amount
        }
        return sum
    }
}
