public import ConclaveCryptography
import ConclavePrimitives

/// What waits for a block: one transaction of each account in turn, each account's in the order of nonces.
public struct MempoolSelection: Sendable {
    private struct Line: Sendable {
        let sender: PublicKey
        var rest: ArraySlice<VerifiedTransaction>
    }

    /// Accounts with something left, in the order of their turns.
    private var lines: [Line]
    /// Whose turn it is.
    private var turn = 0

    init(_ queues: SortedArray<PublicKey, Mempool.Queue>, behind lastServed: PublicKey?) {
        let all = queues.map { Line(sender: $0.key, rest: $0.value.transactions[...]) }
        let first = lastServed.map { last in all.firstIndex { $0.sender > last } ?? 0 } ?? 0
        lines = Array(all[first...] + all[..<first])
    }

    /// The next one; nil if none is left.
    public mutating func next() -> VerifiedTransaction? {
        if turn >= lines.count {
            lines.removeAll { $0.rest.isEmpty }
            turn = 0
        }
        while turn < lines.count {
            if let transaction = lines[turn].rest.popFirst() {
                turn += 1
                return transaction
            }
            turn += 1
        }
        return nil
    }

    /// Passes over the rest of the account that the last one came from.
    public mutating func skip(_ sender: PublicKey) {
        guard turn > 0, lines[turn - 1].sender == sender else { return }
        lines[turn - 1].rest = []
    }
}
