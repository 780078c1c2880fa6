/// The channels that both sides may use on a link, and how large a message on each may be.
package struct ChannelTable: Sendable {
    private let channels: [(number: UInt64, messageBytesMax: Int)]

    /// One entry a channel; its place in the list is its slot everywhere else.
    package init(_ channels: [(number: UInt64, messageBytesMax: Int)]) {
        self.channels = channels
    }

    package var count: Int { channels.count }

    /// By slot.
    var numbers: [UInt64] { channels.map(\.number) }

    /// The largest message of any channel, in bytes; what bounds a frame.
    package var messageBytesMax: Int { channels.reduce(0) { max($0, $1.messageBytesMax) } }

    /// The slot of a channel; a node registers a handful, so a scan is quickest.
    @inline(__always)
    package func slot(of number: UInt64) -> Int? {
        for slot in channels.indices where channels[slot].number == number { return slot }
        return nil
    }

    @inline(__always)
    package func number(of slot: Int) -> UInt64 { channels[slot].number }

    @inline(__always)
    package func messageBytesMax(of slot: Int) -> Int { channels[slot].messageBytesMax }
}
