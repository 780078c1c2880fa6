import ConclavePrimitives

/// What happened in a simulation, in order: folded into a digest that names the history, the last of it kept
/// for people.
public struct Journal: Sendable {
    /// One line of the history.
    public struct Entry: Sendable {
        let nanoseconds: UInt64
        public let event: JournalEvent

        /// Since the simulation began.
        public var time: Duration { .nanoseconds(Int64(clamping: nanoseconds)) }
    }

    /// Events that are kept.
    public let keep: Int
    /// Equal for equal histories: a seed gives the same digest in every run of one build.
    public private(set) var digest: UInt64 = 0xCBF2_9CE4_8422_2325
    /// Events since the beginning.
    public private(set) var count = 0

    private var kept: [Entry] = []
    private var oldest = 0

    init(keep: Int) {
        self.keep = max(1, keep)
    }

    @inline(__always)
    mutating func record(_ event: consuming JournalEvent, at nanoseconds: UInt64) {
        if !event.isComment {
            fold(nanoseconds)
            event.fold(into: &self)
        }
        count += 1
        keep(Entry(nanoseconds: nanoseconds, event: event))
    }

    @inline(__always)
    private mutating func keep(_ entry: consuming Entry) {
        if kept.count < keep {
            kept.append(entry)
        } else {
            kept[oldest] = entry
            oldest = oldest + 1 < keep ? oldest + 1 : 0
        }
    }

    /// The newest events, in order.
    public var last: [Entry] { Array(kept[oldest...] + kept[..<oldest]) }

    /// One step of a multiplicative hash with a rotation, so that the order of the words counts.
    @inline(__always)
    mutating func fold(_ word: UInt64) {
        let mixed = (digest ^ word) &* 0x9E37_79B9_7F4A_7C15
        digest = mixed << 29 | mixed >> 35
    }

    mutating func fold(_ text: String) {
        for byte in text.utf8 { fold(UInt64(byte)) }
    }
}
