import ConclavePrimitives

/// One lane's entries, in order.
///
/// Not copyable, so that looking at one lane of six does not copy all of them: thousands of links have lanes
/// that no cache remembers.
struct LaneEntries: ~Copyable {
    var queue = RingBuffer<OutgoingEntry>()
}

/// Something that waits to be sealed.
enum OutgoingEntry {
    /// Messages as they will be sealed, appended by senders.
    case segment(Segment)
    /// A message above ``OutgoingLanes/copyLimit``: kept by reference, shared by all its recipients, laid
    /// down when packed. `since`: when it was accepted.
    case message([UInt8], channel: UInt64, tag: MessageTag, since: Instant)

    /// Bytes that it takes in a record, or with the frames around it if it holds records of its own.
    func byteCount(_ layout: RecordLayout) -> Int {
        switch self {
        case .segment(let segment): segment.count
        case .message(let message, let channel, _, _):
            FrameWriter.room(layout, channel: channel, count: message.count)
        }
    }
}
