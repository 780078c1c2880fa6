/// Which lanes hold something, a bit each: who looks for work touches no lane that has none. A link's six
/// lanes lie in six cache lines, and there are thousands of links.
struct LaneSet: Sequence, IteratorProtocol {
    private var bits: UInt8 = 0

    var isEmpty: Bool { bits == 0 }

    mutating func insert(_ lane: Int) { bits |= 1 << UInt8(truncatingIfNeeded: lane) }
    mutating func remove(_ lane: Int) { bits &= ~(1 << UInt8(truncatingIfNeeded: lane)) }

    /// The members above `lane`, which are those less urgent.
    func below(_ lane: Int) -> LaneSet {
        var others = self
        others.bits &= UInt8.max << UInt8(truncatingIfNeeded: lane + 1)
        return others
    }

    /// Takes out the most urgent member; as a sequence a copy gives all of them, the most urgent first.
    mutating func next() -> Int? {
        guard bits != 0 else { return nil }
        let lane = bits.trailingZeroBitCount
        remove(lane)
        return lane
    }
}
