import ConclavePrimitives

/// What the link has taken over from the senders, by priority, and whose turn it is.
///
/// More urgent lanes go first. So that the lower ones do not starve, each that waits earns 1/16 of the bytes
/// that pass it by, and takes a turn when that adds up to what it has to send next.
struct WaitingLanes: ~Copyable {
    /// Bytes of a more urgent lane per byte guaranteed to each waiting lower one.
    private static let share = 16
    /// The most a lane can save up, and so what one turn out of order can cost it.
    private static let creditMax = 65_536

    let layout: RecordLayout
    /// Bytes that a record may hold; a packed message above it leaves in pieces.
    var recordBytes = Int.max
    private var occupied = LaneSet()
    private var credits = InlineArray<6, Int>(repeating: 0)
    /// Of the message at the head of each lane, the bytes that have left in pieces.
    var sent = InlineArray<6, Int>(repeating: 0)
    private var lanes = InlineArray<6, LaneEntries> { _ in LaneEntries() }

    init(_ layout: RecordLayout) {
        self.layout = layout
        switch layout {
        case .singles: break
        case .packed: recordBytes = RecordLimit.beforeHello
        }
    }

    var isEmpty: Bool { occupied.isEmpty }

    mutating func take(from outgoing: inout OutgoingLanes) {
        for lane in outgoing.occupied {
            outgoing.take(lane, into: &lanes[lane].queue)
            occupied.insert(lane)
        }
    }

    // The next three change nothing. They are declared mutating so that they look at one lane where it lies:
    // to one that is not, all six are copied.

    /// The most urgent lane that waits, unless a lower one has earned its turn.
    mutating func next() -> Int? {
        var chosen: Int?
        for lane in occupied {
            if chosen == nil {
                chosen = lane
            } else if credits[lane] >= min(recordBytes(of: lane), Self.creditMax) {
                return lane
            }
        }
        return chosen
    }

    /// Bytes that the lane would put into the next record, or records, if it had the next turn.
    mutating func recordBytes(of lane: Int) -> Int {
        guard let entry = lanes[lane].queue.first else { return 0 }
        return min(entry.byteCount(layout) - sent[lane], recordBytes)
    }

    /// Whether nothing waits behind the head of the lane.
    mutating func isAlone(_ lane: Int) -> Bool { lanes[lane].queue.count == 1 }

    mutating func first(_ lane: Int) -> OutgoingEntry? { lanes[lane].queue.first }

    /// Takes the head of the lane out if it is a segment. One reference moves: to look at it first would
    /// count another.
    mutating func takeSegment(_ lane: Int) -> Segment? {
        guard case .segment = lanes[lane].queue.first else { return nil }
        guard case .segment(let segment) = lanes[lane].queue.popFirst() else { return nil }
        headLeft(lane)
        return segment
    }

    mutating func removeFirst(_ lane: Int) {
        _ = lanes[lane].queue.popFirst()
        headLeft(lane)
    }

    @inline(__always)
    private mutating func headLeft(_ lane: Int) {
        if lanes[lane].queue.isEmpty { occupied.remove(lane) }
        sent[lane] = 0
    }

    /// So many bytes of the lane leave; those that wait behind it are credited.
    mutating func leave(_ bytes: Int, of lane: Int) {
        credits[lane] = max(0, credits[lane] - bytes)
        for lower in occupied.below(lane) {
            credits[lower] = min(credits[lower] + bytes / Self.share, Self.creditMax)
        }
    }
}
