import ConclaveCodec
public import ConclaveCryptography
import ConclavePrimitives

/// The state of the chain behind a block: all accounts, and who validates now and next.
///
/// A value. What one block does to it is a ``BlockDraft``; the ledger before stays as it is and shares with
/// the new one whatever the block did not touch, so that one is kept for each block that may become final.
public struct Ledger: Sendable {
    public let terms: ChainTerms
    /// Of the block behind which this is the state; 0 for the genesis.
    public let height: UInt64
    /// Who validates the next block, and who follows once that is announced.
    public let roster: Roster
    public let nextRoster: Roster?
    public let accounts: AccountTree
    /// Of everything in it: whoever has the same root has the same state.
    public let stateRoot: ChainDigest
    /// Everything that there is.
    public let supply: UInt64

    let ranking: StakeRanking
    /// Whose each network key is.
    let networkKeys: SortedArray<PublicKey, PublicKey>

    init(
        terms: ChainTerms, height: UInt64, roster: Roster, nextRoster: Roster?,
        accounts: AccountTree, supply: UInt64, ranking: StakeRanking,
        networkKeys: SortedArray<PublicKey, PublicKey>
    ) {
        self.terms = terms
        self.height = height
        self.roster = roster
        self.nextRoster = nextRoster
        self.accounts = accounts
        self.supply = supply
        self.ranking = ranking
        self.networkKeys = networkKeys
        stateRoot = Self.root(
            terms.identity.digest, height, supply, [roster.digest, nextRoster?.digest ?? .zero],
            accounts.digest)
    }

    /// A ledger with these accounts and rosters, as a store kept them.
    ///
    /// - Parameter entries: in ascending order of their keys, none twice.
    init(
        terms: ChainTerms, height: UInt64, roster: Roster, nextRoster: Roster?,
        entries: [AccountTree.Entry]
    ) {
        var accounts = AccountTree()
        accounts.set(entries)
        var ranking = StakeRanking()
        var networkKeys = SortedArray<PublicKey, PublicKey>()
        for entry in entries {
            ranking.changed(entry.key, from: nil, to: entry.account)
            if let contact = entry.account.contact { networkKeys[contact.networkKey] = entry.key }
        }
        self.init(
            terms: terms, height: height, roster: roster, nextRoster: nextRoster,
            accounts: accounts, supply: entries.reduce(0) { $0 &+ $1.account.total }, ranking: ranking,
            networkKeys: networkKeys)
    }

    /// The state before the first block.
    public init(_ genesis: ChainGenesis) {
        var ranking = StakeRanking()
        for entry in genesis.accounts { ranking.changed(entry.key, from: nil, to: entry.account) }
        self.init(
            terms: genesis.terms, height: 0,
            roster: ranking.roster(of: 0, seatsMax: genesis.terms.seatsMax), nextRoster: nil,
            entries: genesis.accounts)
    }

    /// The epoch of the next block.
    public var epoch: UInt64 { terms.schedule.epoch(of: height + 1) }

    /// What `key` owns, with what is free by the next block in its balance; nil if it was never given
    /// anything.
    public func account(_ key: PublicKey) -> Account? {
        accounts[key]?.settled(in: epoch)
    }

    /// The roster of `epoch`, if it is known and not over.
    public func roster(of epoch: UInt64) -> Roster? {
        [roster, nextRoster].compactMap { $0 }.first { $0.epoch == epoch }
    }

    private static func root(
        _ chain: ChainDigest, _ height: UInt64, _ supply: UInt64, _ rosters: [ChainDigest],
        _ accounts: ChainDigest
    ) -> ChainDigest {
        var writer = Writer(capacity: 192)
        chain.encode(into: &writer)
        writer.integer(height)
        writer.integer(supply)
        for roster in rosters { roster.encode(into: &writer) }
        accounts.encode(into: &writer)
        return DigestDomain.state.digest(of: writer.bytes)
    }
}
