/// The way from the last block that the application has up to the newest final one.
///
/// It is walked from above, because only a final block says which blocks below it are final: first down to
/// what is known, then, when the way is whole, upwards to the application. The tip at which a walk began
/// stays its tip; newer ones wait for the next walk. So the way is never longer than an epoch.
struct Delivery: Sendable {
    /// Blocks given to the application that it has not acknowledged; at most that many.
    static let unacknowledgedMax: UInt64 = 16

    private(set) var acknowledged: Height
    /// The newest block whose delivery has been decided; it may still wait for the disk.
    private(set) var handed: Height
    private(set) var handedDigest: Digest
    /// The newest block whose delivery has left the machine.
    var released: Height
    /// Final blocks above ``handed``, newest first, without a gap from the first on.
    private(set) var path: [BlockReference] = []
    /// What was handed and not acknowledged, ascending.
    private(set) var unacknowledged: [BlockReference] = []

    init(acknowledged: Height, digest: Digest) {
        self.acknowledged = acknowledged
        handed = acknowledged
        handedDigest = digest
        released = acknowledged
    }

    /// The block that the walk needs next; nil if the way is whole. `tip` is the newest final block.
    func nextDown(tip: Digest) -> Digest? {
        guard let lowest = path.last else { return tip == handedDigest ? nil : tip }
        return lowest.header.parent == handedDigest ? nil : lowest.header.parent
    }

    /// Whether `header` can stand where the walk is.
    func fits(_ header: Header) -> Bool {
        guard header.height > handed else { return false }
        return path.last.map { header.height.next == $0.height } ?? true
    }

    mutating func descend(to block: BlockReference) { path.append(block) }

    /// The next block for the application, if the way is whole and there is room.
    mutating func handOver() -> BlockReference? {
        guard let lowest = path.last, lowest.header.parent == handedDigest,
            handed.distance(above: acknowledged) < Self.unacknowledgedMax
        else { return nil }
        path.removeLast()
        handed = lowest.height
        handedDigest = lowest.digest
        unacknowledged.append(lowest)
        return lowest
    }

    /// The application has everything up to `height`. Returns the block of that height, nil if it was told
    /// before or not handed over.
    mutating func acknowledge(_ height: Height) -> BlockReference? {
        guard height > acknowledged, height <= released,
            let place = unacknowledged.firstIndex(where: { $0.height == height })
        else { return nil }
        acknowledged = height
        let block = unacknowledged[place]
        unacknowledged.removeFirst(place + 1)
        return block
    }
}
