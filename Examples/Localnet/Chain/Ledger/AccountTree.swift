public import ConclaveCryptography

/// All accounts under one digest: a binary tree over the bits of the keys, in which a branch stands only
/// where keys part (a Merkle Patricia trie).
///
/// Why a tree, and this one: its digest depends on what is in it and not on how it came there; a block of
/// 1,000 transactions makes about as many leaves and the branches above them anew, however many accounts
/// there are; what it does not touch is shared with the tree before, so that a state costs next to nothing to
/// keep for each block that may still become final; and a path in it proves one account to who knows the
/// digest. A hash over all accounts would be O(accounts) a block, a sum of hashes proves nothing.
///
/// Who makes keys that begin alike deepens only the path to them, by one branch per bit: 2^40 tries give
/// 40 levels.
public struct AccountTree: Sendable {
    /// An account and whose it is.
    public struct Entry: Hashable, Sendable {
        public let key: PublicKey
        public let account: Account

        public init(key: PublicKey, account: Account) {
            self.key = key
            self.account = account
        }
    }

    private var root: AccountNode?

    /// Empty.
    public init() {}

    /// Of the accounts in it and nothing else.
    public var digest: ChainDigest { root?.digest ?? .zero }

    public subscript(key: PublicKey) -> Account? {
        root?.entry(at: KeyBits(key))?.account
    }

    /// Puts `changes` in, each in place of what is under its key.
    ///
    /// - Parameter changes: in ascending order of their keys, none twice.
    mutating func set(_ changes: [Entry]) {
        let leaves = changes.map { AccountNode.Leaf($0) }
        root = AccountNode.merging(leaves[...], into: root)
    }

    /// In ascending order of their keys, from the first that is not below `start` on, at most `limit`.
    public func entries(from start: PublicKey? = nil, limit: Int) -> [Entry] {
        var entries: [Entry] = []
        root?.collect(from: start.map { KeyBits($0) } ?? .zero, limit: limit, into: &entries)
        return entries
    }
}
