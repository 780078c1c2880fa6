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
