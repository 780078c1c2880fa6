import ConclaveCodec
import ConclaveCryptography
import ConclavePrimitives
import Testing

@testable import ConclaveChain

@Suite struct AccountTreeTests {
    /// Keys that begin alike for many bits, and others.
    static func keys(_ count: Int, seed: UInt64) -> [PublicKey] {
        var random = SplitMix64(seed: seed)
        var keys: Set<PublicKey> = []
        while keys.count < count {
            var bytes = (0..<32).map { _ in UInt8(truncatingIfNeeded: random.next()) }
            for index in 0..<Int(random.next() % 33) { bytes[index] = 0xAA }
            keys.insert(PublicKey(bytes)!)
        }
        return keys.sorted()
    }

    static func entries(_ keys: [PublicKey]) -> [AccountTree.Entry] {
        keys.enumerated().map { .init(key: $1, account: Account(balance: UInt64($0))) }
    }

    @Test func `the digest depends on what is in the tree, not on how it came there`() {
        for seed in 0..<20 as Range<UInt64> {
            let entries = Self.entries(Self.keys(60, seed: seed))
            var whole = AccountTree()
            whole.set(entries)
            var random = SplitMix64(seed: seed)
            var pieces = AccountTree()
            var rest = entries.shuffled(using: &random)
            while !rest.isEmpty {
                let count = min(rest.count, 1 + Int(random.next() % 9))
                pieces.set(rest.prefix(count).sorted { $0.key < $1.key })
                rest.removeFirst(count)
            }
            #expect(pieces.digest == whole.digest)
            #expect(pieces.entries(limit: .max) == entries)
            for entry in entries { #expect(pieces[entry.key] == entry.account) }
        }
    }

    @Test func `any change of any account changes the digest, and taking it back restores it`() {
        let entries = Self.entries(Self.keys(40, seed: 3))
        var tree = AccountTree()
        tree.set(entries)
        var digests: Set<ChainDigest> = [tree.digest, AccountTree().digest]
        for entry in entries {
            var changed = tree
            changed.set([.init(key: entry.key, account: Account(balance: entry.account.balance, nonce: 1))])
            #expect(digests.insert(changed.digest).inserted)
            changed.set([entry])
            #expect(changed.digest == tree.digest)
            #expect(tree[entry.key] == entry.account)
        }
    }

    @Test func `who is not in the tree is not found, however alike the key`() {
        let keys = Self.keys(80, seed: 5)
        var tree = AccountTree()
        tree.set(Self.entries(stride(from: 0, to: 80, by: 2).map { keys[$0] }))
        for index in stride(from: 1, to: 80, by: 2) { #expect(tree[keys[index]] == nil) }
        #expect(AccountTree()[keys[0]] == nil)
    }

    @Test func `entries begin at any key, there or not, and end at the limit`() {
        let keys = Self.keys(50, seed: 9)
        let entries = Self.entries(stride(from: 0, to: 50, by: 2).map { keys[$0] })
        var tree = AccountTree()
        tree.set(entries)
        for start in keys {
            let expected = entries.filter { $0.key >= start }
            for limit in [0, 1, 7, 100] {
                #expect(tree.entries(from: start, limit: limit) == Array(expected.prefix(limit)))
            }
        }
    }

    /// The bytes of every digest are settled: other versions must find the same.
    @Test func `the digests of a sample stay what they are`() {
        var tree = AccountTree()
        #expect(tree.digest == .zero)
        tree.set(Self.entries(Self.keys(100, seed: 1)))
        #expect("\(tree.digest)" == "04f76638c0fa7c8eef4843be8396095869ebd84009c61490974e64c4021a7bd1")
    }
}
