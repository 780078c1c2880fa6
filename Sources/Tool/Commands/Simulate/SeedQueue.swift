import ConclavePrimitives

/// The seeds that are still to be run, given out in order to whichever thread asks.
final class SeedQueue: Sendable {
    let count: Int
    private let rest: Lock<Range<Int>>
    private let calledOff = Lock(false)

    init(_ seeds: Range<Int>) {
        count = seeds.count
        rest = Lock(seeds)
    }

    /// Nil when there is none left, or nobody wants more.
    func next() -> Int? {
        guard !isCalledOff else { return nil }
        return rest.withLock { $0.popFirst() }
    }

    var isCalledOff: Bool { calledOff.withLock { $0 } }

    /// No seed is begun any more, and those under way are given up.
    func callOff() { calledOff.withLock { $0 = true } }
}
