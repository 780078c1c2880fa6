/// The way from the last block that the application has up to the newest final one.
///
/// It is walked from above, because only a final block says which blocks below it are final: first down to
/// what is known, then, when the way is whole, upwards to the application. The tip at which a walk began
/// stays its tip; newer ones wait for the next walk. So the way is never longer than an epoch.
///
/// An epoch may be longer than memory. Of a long way only the lowest ``stretch`` is kept, and where each
/// stretch above it begins: the journal has the blocks, and is asked for them from there when the lower ones
/// have been delivered.
struct Delivery: Sendable {
    /// Blocks given to the application that it has not acknowledged; at most that many.
    static let unacknowledgedMax: UInt64 = 64
    /// Blocks of the way that are kept, of some 300 bytes each: about a megabyte.
    static let stretch = 4_096
    /// Beginnings of stretches that are kept: four million blocks. If the way is longer, each second one is
    /// left out, and is found again when its turn comes.
    static let anchorsMax = 1_024
    /// A node that is so many blocks behind has their headers at hand; further up it leaves them to the
    /// journal.
    static let nearBlocks: UInt64 = 64

    private(set) var acknowledged: Height
    /// The newest block whose delivery has been decided; it may still wait for the disk.
    private(set) var handed: Height
    private(set) var handedDigest: Digest
    /// The newest block whose delivery has left the machine.
    var released: Height
    /// Final blocks above ``handed``, newest first, without a gap from the first on. Above it lie those that
    /// ``anchors`` lead to.
    private(set) var path: [BlockReference] = []
    /// Where the stretches above ``path`` begin, the highest first.
    private(set) var anchors: [Digest] = []
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
        guard let lowest = path.last else {
            let start = anchors.last ?? tip
            return start == handedDigest ? nil : start
        }
        return lowest.header.parent == handedDigest ? nil : lowest.header.parent
    }

    /// Whether `header` can stand where the walk is.
    func fits(_ header: Header) -> Bool {
        guard header.height > handed else { return false }
        return path.last.map { header.height.next == $0.height } ?? true
    }

    /// Takes the block that ``nextDown(tip:)`` named.
    mutating func descend(to block: BlockReference) {
        if path.isEmpty, anchors.last == block.digest { anchors.removeLast() }
        if path.count == Self.stretch { leaveStretch() }
        path.append(block)
    }

    /// Forgets the stretch that has been walked, but for where it begins.
    private mutating func leaveStretch() {
        guard let top = path.first?.digest else { return }
        path.removeAll(keepingCapacity: true)
        if anchors.count == Self.anchorsMax {
            anchors = anchors.indices.lazy.filter { $0.isMultiple(of: 2) }.map { [anchors] in anchors[$0] }
        }
        anchors.append(top)
    }

    /// Whether a block of that height may be delivered so soon that its header is worth keeping.
    func isNear(_ height: Height) -> Bool { height <= handed.advanced(by: Self.nearBlocks) }

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
