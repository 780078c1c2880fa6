import ConclaveCodec
import ConclaveCryptography
import ConclavePrimitives

/// A part of the tree of accounts, with the digest of what is below. Never changes, so that trees share it.
final class AccountNode: Sendable {
    struct Leaf: Sendable {
        let bits: KeyBits
        let entry: AccountTree.Entry

        init(_ entry: AccountTree.Entry) {
            bits = KeyBits(entry.key)
            self.entry = entry
        }
    }

    private enum Content: Sendable {
        case leaf(AccountTree.Entry)
        /// To the left the keys whose bit is not set.
        case branch(left: AccountNode, right: AccountNode)
    }

    /// A key below; all begin with the same ``bit`` bits.
    private let bits: KeyBits
    /// The bit in which the keys below part; behind the last one for a leaf.
    private let bit: Int
    private let content: Content
    let digest: ChainDigest

    private init(_ leaf: Leaf) {
        bits = leaf.bits
        bit = KeyBits.count
        content = .leaf(leaf.entry)
        var writer = Writer(capacity: 128)
        leaf.entry.key.encode(into: &writer)
        leaf.entry.account.encode(into: &writer)
        digest = DigestDomain.leaf.digest(of: writer.bytes)
    }

    private init(left: AccountNode, right: AccountNode, partingAt bit: Int) {
        bits = left.bits
        self.bit = bit
        content = .branch(left: left, right: right)
        // Exactly one block of BLAKE3. Which bit it is follows from the keys below.
        var writer = Writer(capacity: 64)
        left.digest.encode(into: &writer)
        right.digest.encode(into: &writer)
        digest = DigestDomain.branch.digest(of: writer.bytes)
    }

    // MARK: Reading

    func entry(at sought: KeyBits) -> AccountTree.Entry? {
        var node = self
        while true {
            switch node.content {
            case .leaf(let entry): return node.bits == sought ? entry : nil
            case .branch(let left, let right): node = sought.isSet(node.bit) ? right : left
            }
        }
    }

    /// Appends the entries from `start` on in ascending order, until there are `limit`.
    func collect(from start: KeyBits, limit: Int, into entries: inout [AccountTree.Entry]) {
        guard entries.count < limit else { return }
        switch content {
        case .leaf(let entry):
            if bits >= start { entries.append(entry) }
        case .branch(let left, let right):
            // All to the left come before `start` if it goes right here; if it parts from us above, they
            // come before it or behind it together.
            let common = bits.common(with: start)
            if common < bit, bits < start { return }
            if common < bit || !start.isSet(bit) {
                left.collect(from: start, limit: limit, into: &entries)
            }
            right.collect(from: start, limit: limit, into: &entries)
        }
    }

    // MARK: Changing

    /// `node` with `leaves` in place of what is under their keys. As deep as the path to the deepest of them.
    ///
    /// - Parameter leaves: in ascending order, none twice.
    static func merging(_ leaves: ArraySlice<Leaf>, into node: AccountNode?) -> AccountNode? {
        guard let first = leaves.first, let last = leaves.last else { return node }
        guard let node else {
            guard leaves.count > 1 else { return AccountNode(first) }
            return joining(leaves, with: nil, at: first.bits.common(with: last.bits))
        }
        // What lies between the first and the last begins with what those two share.
        let common = min(node.bits.common(with: first.bits), node.bits.common(with: last.bits))
        guard common >= node.bit else { return joining(leaves, with: node, at: common) }
        switch node.content {
        case .leaf: return AccountNode(first)
        case .branch(let left, let right):
            let (toLeft, toRight) = parted(leaves, at: node.bit)
            return branch(merging(toLeft, into: left), merging(toRight, into: right), at: node.bit)
        }
    }

    /// A branch at `bit`, above which `leaves` and all keys of `node` are alike.
    private static func joining(
        _ leaves: ArraySlice<Leaf>, with node: AccountNode?, at bit: Int
    ) -> AccountNode? {
        let (toLeft, toRight) = parted(leaves, at: bit)
        guard let node else {
            return branch(merging(toLeft, into: nil), merging(toRight, into: nil), at: bit)
        }
        return node.bits.isSet(bit)
            ? branch(merging(toLeft, into: nil), merging(toRight, into: node), at: bit)
            : branch(merging(toLeft, into: node), merging(toRight, into: nil), at: bit)
    }

    private static func branch(_ left: AccountNode?, _ right: AccountNode?, at bit: Int) -> AccountNode? {
        guard let left, let right else { return left ?? right }
        return AccountNode(left: left, right: right, partingAt: bit)
    }

    /// Those whose bit is not set, and the others; all are alike above it.
    private static func parted(
        _ leaves: ArraySlice<Leaf>, at bit: Int
    ) -> (ArraySlice<Leaf>, ArraySlice<Leaf>) {
        let place = leaves.firstPlace(notBelow: 1) { $0.bits.isSet(bit) ? 1 : 0 }
        return (leaves[..<place], leaves[place...])
    }
}
