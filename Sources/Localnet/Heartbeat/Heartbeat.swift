public import ConclaveCodec
public import ConclaveCryptography
public import ConclavePeersCore
public import ConclavePrimitives

/// What validators tell each other until there is a chain to agree on: "I am here, I have said so this many
/// times, and this is what I last heard from you".
public struct Heartbeat: Hashable, Sendable {
    /// Names one life of the sender: new whenever its process starts, so that heights may start again at 1.
    public let incarnation: UInt64
    /// Counts the heartbeats of this life from 1.
    public let height: UInt64
    /// The sender's time of day when it sent this.
    public let sentAt: WallTime
    /// The last heartbeats heard from others; ``echoesMax`` at most, taken in turn when there are more peers.
    public let echoes: [Echo]

    /// Most echoes in one heartbeat: it stays below 2 KiB however many validators there are.
    public static let echoesMax = 32

    public init(incarnation: UInt64, height: UInt64, sentAt: WallTime, echoes: [Echo]) {
        self.incarnation = incarnation
        self.height = height
        self.sentAt = sentAt
        self.echoes = Array(echoes.prefix(Self.echoesMax))
    }

    /// "I heard this heartbeat of yours so long ago": the peer computes the round trip without a message
    /// more.
    public struct Echo: Hashable, Sendable {
        public let peer: PeerID
        public let height: UInt64
        /// How long the heartbeat had been held when this echo left, in microseconds.
        public let heldMicroseconds: UInt64

        public init(peer: PeerID, height: UInt64, heldMicroseconds: UInt64) {
            self.peer = peer
            self.height = height
            self.heldMicroseconds = heldMicroseconds
        }
    }
}

extension Heartbeat: WireValue {
    public func encode(into writer: inout Writer) {
        writer.integer(incarnation)
        writer.integer(height)
        writer.integer(sentAt.milliseconds)
        writer.varint(UInt64(echoes.count))
        for echo in echoes { echo.encode(into: &writer) }
    }

    public init(from reader: inout Reader) throws(DecodeError) {
        incarnation = try reader.integer()
        height = try reader.integer()
        sentAt = WallTime(milliseconds: try reader.integer())
        let count = Int(try reader.varint32(limit: UInt32(Self.echoesMax)))
        var echoes: [Echo] = []
        for _ in 0..<count { echoes.append(try Echo(from: &reader)) }
        self.echoes = echoes
    }
}

extension Heartbeat.Echo: WireValue {
    public func encode(into writer: inout Writer) {
        peer.encode(into: &writer)
        writer.integer(height)
        writer.varint(heldMicroseconds)
    }

    public init(from reader: inout Reader) throws(DecodeError) {
        peer = try PeerID(from: &reader)
        height = try reader.integer()
        heldMicroseconds = try reader.varint64()
    }
}
