internal import ConclaveCodec
internal import ConclavePrimitives

/// How the leader of a view is found. Everybody knows the leaders of a whole epoch from its first moment on.
public enum LeaderElection: Hashable, Sendable {
    /// In turn: member number (epoch + view) mod n. A row of bad leaders is at most as long as their longest
    /// row in the set.
    case roundRobin
    /// By weight, drawn from a seed that the epoch's origin block fixes. Fair, not secret: whoever proposed
    /// that block could choose among seeds.
    case weighted

    /// The seed of an epoch that starts from the block with digest `origin`.
    public static func seed(origin: Digest) -> Digest { Digest(of: origin.bytes) }

    /// The index of the leader of `view` in `validators`.
    public func leader(
        of view: View, epoch: Epoch, seed: Digest, among validators: ValidatorSet
    ) -> Int {
        switch self {
        case .roundRobin:
            let count = UInt64(validators.count)
            // Each part is reduced first: the sum of two large numbers would overflow.
            return Int((epoch.number % count + view.number % count) % count)
        case .weighted:
            let drawn = Self.draw(below: validators.totalWeight, seed: seed, epoch: epoch, view: view)
            return min(
                validators.weightsThrough.firstPlace(notBelow: drawn + 1) { $0 }, validators.count - 1)
        }
    }

    /// A number in `0..<bound`, each as likely as any other: what does not divide evenly is drawn again, at
    /// most every second time.
    private static func draw(below bound: UInt64, seed: Digest, epoch: Epoch, view: View) -> UInt64 {
        let even = UInt64.max - UInt64.max % max(bound, 1)
        var counter: UInt64 = 0
        while true {
            var writer = Writer(capacity: 80)
            writer.append("simplex.lead.v1".utf8)
            seed.encode(into: &writer)
            epoch.encode(into: &writer)
            view.encode(into: &writer)
            writer.integer(counter)
            let word = Digest(of: writer.bytes).firstWord
            if word < even { return word % max(bound, 1) }
            counter &+= 1
        }
    }
}
