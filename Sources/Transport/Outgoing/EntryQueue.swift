/// Something that waits to be sealed.
enum OutgoingEntry {
    /// Framed messages, appended by senders.
    case segment(Segment)
    /// A message above ``OutgoingLanes/copyLimit``: kept by reference, shared by all its recipients, framed
    /// when packed.
    case message([UInt8], channel: UInt64)

    /// Bytes that it will take on the wire.
    var wireBytes: Int {
        switch self {
        case .segment(let segment): segment.count
        case .message(let message, let channel): FrameWriter.room(channel: channel, count: message.count)
        }
    }
}

/// First in, first out; keeps its memory unless a flood had made it large.
struct EntryQueue {
    private var entries: [OutgoingEntry] = []
    private var head = 0

    var isEmpty: Bool { head == entries.count }
    var first: OutgoingEntry { entries[head] }

    mutating func append(_ entry: OutgoingEntry) {
        entries.append(entry)
    }

    mutating func removeFirst() {
        head += 1
        guard head == entries.count else { return }
        head = 0
        entries.removeAll(keepingCapacity: entries.count <= 64)
    }

    /// Moves everything from `other` to the end of this queue; nothing is copied when this one is empty.
    mutating func takeAll(from other: inout EntryQueue) {
        if isEmpty {
            swap(&self, &other)
        } else {
            entries.append(contentsOf: other.entries[other.head...])
            other.entries.removeAll(keepingCapacity: other.entries.count <= 64)
            other.head = 0
        }
    }
}
