import ConclaveTransport

/// The most memory that a node's peer layer takes for so many peers: a sum with a name for each term, in
/// bytes.
///
/// Not in it: the program's own code and tables, and what the application keeps of what it was handed.
public struct MemoryBound: Hashable, Sendable, CustomStringConvertible {
    /// Memory of one turn of a receiver at most, but for the last batch.
    package static let bytesPerTake = 4 << 20
    /// What a loop reads at once.
    private static let readBytes = 262_144
    /// Sealed ahead of a socket beside what its outbox accounts: room in segments that are not full.
    private static let sealedRoom = 262_144
    /// A link with its actor, keys and lanes; measured are 7 KiB idle and 16 KiB after use.
    private static let linkBytes = 32_768
    /// Messages that a peer may have in pieces at a time: one of each priority but our own.
    private static let openMessages = Priority.allCases.count - 1
    /// A record of the native profile that has not arrived whole, in memory of the next power of two.
    private static let recordBytesMax = 131_072
    /// A peer in sets, directory and reservations.
    private static let recordBytes = 1_024
    /// A handshake with its task and frames.
    private static let handshakeBytes = 32_768
    /// Syns that are remembered against replay, and limits by address.
    private static let tableBytes = 8 << 20
    /// What the four pools of memory keep for the next message.
    private static let poolBytes = 16 << 20

    /// What outboxes and lanes hold above their floors.
    public let budget: Int
    /// What they hold in any case: a floor for each peer's outbox and for each of its lanes.
    public let floors: Int
    /// What is sealed ahead of sockets: for each peer a part of a write, and one message of the largest size.
    public let sealed: Int
    /// What arrives: for each peer a message of each priority of which pieces are missing, in the commonware
    /// profile one frame that has not arrived whole; and one read that a lane of a channel which drops
    /// nothing took although the budget was used up.
    public let arriving: Int
    /// What receivers were handed in their last turn.
    public let handedOut: Int
    /// Links, and what is known of peers.
    public let peers: Int
    /// Handshakes at once, remembered first messages, limits by address.
    public let doors: Int
    /// Memory that is kept for the next message.
    public let pools: Int

    /// - Parameters:
    ///   - peers: nil for as many as the sets may hold.
    ///   - channels: how many receivers are read.
    ///   - lanes: how many lanes each peer has: one a channel and one a sub-channel.
    public init(_ configuration: Configuration, peers: Int? = nil, channels: Int, lanes: Int) {
        let most = configuration.maxPeersPerSet * configuration.trackedPeerSets
        let count = min(max(0, peers ?? most), most)
        // A slab is as large as the next power of two.
        let message = 2 * (configuration.maxMessageBytes + 64)
        budget = configuration.memoryBudget
        floors = count * (1 + lanes) * configuration.floorBytes
        sealed = count * (Self.sealedRoom + configuration.maxMessageBytes)
        arriving = count * (Self.openMessages * message + Self.recordBytesMax + Self.readBytes)
        handedOut = channels * (Self.bytesPerTake + max(message, Self.readBytes))
        self.peers = count * (Self.linkBytes + Self.recordBytes)
        doors = configuration.maxConcurrentHandshakes * Self.handshakeBytes + Self.tableBytes
        pools = Self.poolBytes
    }

    /// Each term by its name.
    public var terms: [(name: String, bytes: Int)] {
        [
            ("budget", budget), ("floors", floors), ("sealed", sealed), ("arriving", arriving),
            ("handedOut", handedOut), ("peers", peers), ("doors", doors), ("pools", pools),
        ]
    }

    /// The sum.
    public var total: Int { terms.reduce(0) { $0 + $1.bytes } }

    /// What outboxes and lanes may hold together.
    public var queues: Int { budget + floors }

    public var description: String {
        terms.map { "\($0.name) \($0.bytes)" }.joined(separator: " + ") + " = \(total) bytes"
    }
}
