/// What went through one link, or through all that have ended. Counts messages of the application, not pings.
public struct LinkTally: Hashable, Sendable {
    /// Accepted by `send`, and written whole to the socket.
    public internal(set) var accepted: UInt64 = 0, written: UInt64 = 0
    /// Accepted, but the link ended before they were written.
    public internal(set) var cut: UInt64 = 0
    /// Received, and put into an inbox.
    public internal(set) var received: UInt64 = 0, queued: UInt64 = 0
    /// Received, but the peer's lane in the inbox was full.
    public internal(set) var laneFull: UInt64 = 0
    /// Bytes of the application's messages received, and bytes of any kind written.
    public internal(set) var receivedBytes: UInt64 = 0, writtenBytes: UInt64 = 0

    static func += (left: inout LinkTally, right: LinkTally) {
        left.accepted += right.accepted
        left.written += right.written
        left.cut += right.cut
        left.received += right.received
        left.queued += right.queued
        left.laneFull += right.laneFull
        left.receivedBytes += right.receivedBytes
        left.writtenBytes += right.writtenBytes
    }
}
