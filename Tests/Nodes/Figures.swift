package import Conclave

/// What a flooded node says of itself.
package struct Figures {
    package let links, received, delivered, waiting, overBudget, held, leased: Int
    package let boundQueues, boundBudget, boundTotal, residentGrowth: Int

    package init(_ snapshot: NetworkSnapshot, _ bound: MemoryBound, residentGrowth: Int) {
        links = snapshot.links.count
        received = Int(clamping: snapshot.total.received)
        delivered = Int(clamping: snapshot.delivered)
        waiting = snapshot.waiting
        overBudget = Int(clamping: snapshot.undelivered.overBudget)
        (held, leased) = (snapshot.heldBytes, snapshot.leasedBytes)
        (boundQueues, boundBudget, boundTotal) = (bound.queues, bound.budget, bound.total)
        self.residentGrowth = residentGrowth
    }

    package var numbers: [Int] {
        [
            links, received, delivered, waiting, overBudget, held, leased, boundQueues, boundBudget,
            boundTotal, residentGrowth,
        ]
    }

    /// Nil for a line that is none.
    package init?(_ line: String) {
        let numbers = line.split(separator: " ").compactMap { Int($0) }
        guard numbers.count == 11 else { return nil }
        (links, received, delivered, waiting) = (numbers[0], numbers[1], numbers[2], numbers[3])
        (overBudget, held, leased) = (numbers[4], numbers[5], numbers[6])
        (boundQueues, boundBudget, boundTotal) = (numbers[7], numbers[8], numbers[9])
        residentGrowth = numbers[10]
    }
}

extension SigningKey {
    /// The key of one of at most 256 attackers.
    package static func attacker(_ number: Int) throws -> SigningKey {
        try SigningKey(seed: [UInt8](repeating: 100, count: 31) + [UInt8(truncatingIfNeeded: number)])
    }
}

extension Profile {
    /// A node with so much memory, small floors, and room for so many peers.
    package static func flooded(budget: Int, peers: Int) -> Profile {
        var profile = Profile.local
        profile.memoryBudget = budget
        profile.floorBytes = 4 << 10
        profile.trackedPeerSets = 1
        profile.maxPeersPerSet = peers
        profile.maxConcurrentHandshakes = 128
        return profile
    }
}
