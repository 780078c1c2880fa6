/// Pieces of memory that wait to be used again, and how many of them nobody has needed for a while.
///
/// The one given last is taken first, for it is in the processor's cache. So those that nobody needs gather
/// at the other end.
struct Spares<Piece> {
    private var pieces: [Piece] = []
    /// The fewest that waited at a time since the last look: so many were not needed.
    private var unneeded = 0

    var count: Int { pieces.count }

    @inline(__always)
    mutating func take() -> Piece? {
        let piece = pieces.popLast()
        unneeded = min(unneeded, pieces.count)
        return piece
    }

    @inline(__always)
    mutating func give(_ piece: Piece) { pieces.append(piece) }

    /// Takes out what was not needed since the last call, but leaves `least` pieces at least.
    mutating func takeUnneeded(leaving least: Int) -> [Piece] {
        let surplus = max(0, min(unneeded, pieces.count - least))
        let taken = Array(pieces.prefix(surplus))
        // A smaller array in place of the one that a flood has made large.
        if surplus > 0 { pieces = Array(pieces.dropFirst(surplus)) }
        unneeded = pieces.count
        return taken
    }

    /// Takes out everything.
    mutating func takeAll() -> [Piece] {
        defer { self = Spares() }
        return pieces
    }
}
