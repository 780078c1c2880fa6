import ConclavePeersCore

/// Whether a peer whose link ends is told why.
enum Farewell: Sendable {
    case asUsual
    /// It is not to learn it.
    case silent
}

/// What others ask of a link, from any thread; it looks at its next turn.
struct LinkRequests: Sendable {
    /// End at once.
    var end: CloseReason?
    var farewell = Farewell.asUsual
    /// Take nothing more, write what waits, then say goodbye.
    var finish = false
    /// So many lanes that were full have room again.
    var resumedLanes = 0
    /// Discovery messages to send. Of each kind the newest is enough.
    var vector: [UInt8]?, answer: [UInt8]?

    var isEmpty: Bool { end == nil && !finish && resumedLanes == 0 && vector == nil && answer == nil }
}
