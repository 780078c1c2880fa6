import ConclavePrimitives

/// The blocked peers, and the bound on how many of them are in force.
struct BlockList: Sendable {
    private struct Block: Sendable {
        let until: Instant
        /// Rises with each block, so that older ones come first.
        let order: UInt64
        var isInForce: Bool
    }

    private let capacity: Int
    private var blocks = SortedArray<PeerID, Block>()
    private var orders: UInt64 = 0
    /// How often a block had no room when it was asked for.
    private var withoutRoom: UInt64 = 0

    /// A list of at most `capacity` peers.
    init(capacity: Int) {
        self.capacity = capacity
    }

    /// When the next block expires that has not yet.
    func nextExpiry(after now: Instant) -> Instant? { blocks.values.map(\.until).filter { $0 > now }.min() }

    func counts(at now: Instant) -> BlockCounts {
        let current = blocks.values.filter { now < $0.until }
        let inForce = current.count(where: \.isInForce)
        return BlockCounts(inForce: inForce, waiting: current.count - inForce, refused: withoutRoom)
    }

    /// When the block that is in force against `peer` ends.
    func blockedUntil(_ peer: PeerID, at now: Instant) -> Instant? {
        guard let block = blocks[peer], block.isInForce, now < block.until else { return nil }
        return block.until
    }

    /// After ``reconsider(under:at:)``, whose outcome concerns others.
    mutating func block(
        _ peer: PeerID, until: Instant, under sets: [PeerSet], at now: Instant
    ) -> BlockOutcome {
        guard blocks[peer] == nil, blocks.count < capacity, now < until else { return .unchanged }
        orders += 1
        blocks[peer] = Block(until: until, order: orders, isInForce: false)
        reconsider(under: sets, at: now)
        if let end = blockedUntil(peer, at: now) { return .blocked(until: end) }
        withoutRoom += 1
        return .aboveShare(until: until)
    }

    /// Drops what expired and puts into force what the sets leave room for: first what was in force before,
    /// then by age.
    mutating func reconsider(under sets: [PeerSet], at now: Instant) {
        blocks.removeAll { _, block in block.until <= now }
        guard !blocks.isEmpty else { return }
        let queue = blocks.sorted { left, right in
            left.value.isInForce != right.value.isInForce
                ? left.value.isInForce : left.value.order < right.value.order
        }
        var shares = sets.map { Share(total: $0.totalWeight) }
        for (peer, block) in queue {
            let weights = sets.map { $0.weight(of: peer) }
            let fits = zip(shares, weights).allSatisfy { share, weight in share.hasRoom(for: weight) }
            if fits { for index in shares.indices { shares[index].take(weights[index]) } }
            var block = block
            block.isInForce = fits
            blocks[peer] = block
        }
    }
}

/// How much of one set's weight is blocked. Sums stop at the end of the number range, on the safe side.
private struct Share {
    let total: UInt64
    var blocked: UInt64 = 0

    /// Whether `3 · blocked < total` holds with `weight` added; 0 always fits.
    func hasRoom(for weight: UInt64) -> Bool {
        let third = total / 3 + (total % 3 == 0 ? 0 : 1)
        return weight == 0 || blocked.addingClamped(weight) < third
    }

    mutating func take(_ weight: UInt64) {
        blocked = blocked.addingClamped(weight)
    }
}
