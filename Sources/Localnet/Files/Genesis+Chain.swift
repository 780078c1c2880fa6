import ConclaveArguments
import ConclaveChain
public import ConclaveCryptography

extension Genesis {
    /// What the chain needs of the file beside the validators; each has a value if the file leaves it out.
    public struct Staking: Hashable, Sendable {
        /// What was unbonded may be spent so many epochs later; `1...64`.
        public var unbondingEpochs = 2
        /// Least stake of a validator, at least 1.
        public var stakeMin = 1
        /// Most validators in an epoch; `1...1,024`.
        public var seatsMax = 100
        /// Who owns something; no key twice.
        public var accounts: [Balance] = []

        public init() {}
    }

    /// What one key owns from the start.
    public struct Balance: Hashable, Sendable {
        public let publicKey: PublicKey
        public let balance: Int

        public init(publicKey: PublicKey, balance: Int) {
            self.publicKey = publicKey
            self.balance = balance
        }
    }

    static let unbondingEpochsRange =
        Int(ChainTerms.unbondingEpochsRange.lowerBound)...Int(ChainTerms.unbondingEpochsRange.upperBound)
    /// So many accounts fit into the longest file, and into one batch of a store.
    static let accountsMax = 4_096
    static let balanceMax = Int(Account.supplyMax)

    /// The state that a chain with this identity begins with.
    static func chain(
        _ identity: ChainDigest, network: String, epochLength: Int, _ validators: [Validator],
        _ staking: Staking
    ) throws(LocalnetFailure) -> ChainGenesis {
        guard let namespace = try? Namespace(namespace(of: network)) else {
            throw .badInput("a network has a name")
        }
        let terms = ChainTerms(
            identity: ChainIdentity(identity, network: namespace), epochLength: UInt64(clamping: epochLength),
            unbondingEpochs: UInt64(clamping: staking.unbondingEpochs),
            stakeMin: UInt64(clamping: staking.stakeMin), seatsMax: staking.seatsMax)
        do throws(ChainGenesis.Fault) {
            return try ChainGenesis(terms: terms, accounts: entries(of: validators, staking))
        } catch {
            throw .badInput(message(of: error))
        }
    }

    /// Each validator's account with its stake, and every balance.
    private static func entries(of validators: [Validator], _ staking: Staking) -> [AccountTree.Entry] {
        var balances: [PublicKey: UInt64] = [:]
        for account in staking.accounts { balances[account.publicKey] = UInt64(clamping: account.balance) }
        let stakes = validators.map { validator in
            AccountTree.Entry(
                key: validator.account,
                account: Account(
                    balance: balances[validator.account] ?? 0, stake: UInt64(clamping: validator.weight),
                    contact: Contact(networkKey: validator.publicKey, address: validator.address)))
        }
        let stakers = Set(validators.map(\.account))
        let others = staking.accounts.filter { !stakers.contains($0.publicKey) }.map { account in
            AccountTree.Entry(
                key: account.publicKey, account: Account(balance: UInt64(clamping: account.balance)))
        }
        return stakes + others
    }

    private static func message(of fault: ChainGenesis.Fault) -> String {
        switch fault {
        case .accountTwice(let key): "two validators have the account \(key)"
        case .networkKeyTwice(let key): "two validators have the key \(key)"
        case .supplyTooLarge: "balances and weights are together more than \(Account.supplyMax)"
        case .unusableStake(let key): "the weight of \(key)'s validator is below stakeMin"
        case .noValidator: "there is no validator"
        }
    }
}
