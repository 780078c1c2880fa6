public import ConclavePeersCore
public import ConclavePrimitives

/// A validator's books: what it broadcast and who accepted it, what it heard from whom, what it missed.
///
/// Pure: heartbeats, connections and times go in; the next heartbeat and figures come out.
public struct HeartbeatLedger: Sendable {
    /// What was thought of a heartbeat that arrived.
    public enum Verdict: Hashable, Sendable {
        case counted
        /// Not after the last one, of another life within one connection, or from nobody we are connected to.
        case outOfTurn
    }

    /// Our own last heartbeat; 0 before the first.
    public private(set) var height: UInt64 = 0
    /// Names this life of ours.
    public let incarnation: UInt64
    /// How many heartbeats arrived and were not believed.
    public private(set) var refused = 0
    private let own: PeerID
    private var peers = SortedArray<PeerID, PeerLedger>()
    private var sentAt: [Instant] = []
    private var nextEcho = 0

    /// How many of our own heartbeats we remember for echoes: 16 seconds' worth. What comes back later than
    /// that tells nothing anybody would want to know.
    static let rememberedMax = 64

    public init(own: PeerID, peers: [PeerID], incarnation: UInt64) {
        self.own = own
        self.incarnation = incarnation
        for peer in peers where peer != own { self.peers[peer] = PeerLedger() }
    }

    /// A link to `peer` opened.
    public mutating func connected(_ peer: PeerID) {
        // A peer that the genesis file has gained since we started.
        if peers[peer] == nil, peer != own { peers[peer] = PeerLedger() }
        peers[peer]?.connected()
    }

    /// The link to `peer` ended.
    public mutating func disconnected(_ peer: PeerID) {
        peers[peer]?.disconnected()
    }

    /// The next heartbeat to broadcast.
    public mutating func beat(at now: Instant, wallTime: WallTime) -> Heartbeat {
        height += 1
        sentAt.append(now)
        if sentAt.count > Self.rememberedMax { sentAt.removeFirst() }
        return Heartbeat(incarnation: incarnation, height: height, sentAt: wallTime, echoes: echoes(at: now))
    }

    /// The last heartbeat was taken for these peers.
    public mutating func accepted(for recipients: some Sequence<PeerID>) {
        for peer in recipients { peers[peer]?.acceptedOne() }
    }

    /// A heartbeat arrived from `peer` and its signature is the peer's.
    public mutating func heard(_ heartbeat: Heartbeat, from peer: PeerID, at now: Instant) -> Verdict {
        guard peers[peer]?.heard(heartbeat, at: now) == .counted else {
            refused += 1
            return .outOfTurn
        }
        let echo = heartbeat.echoes.first { $0.peer == own }
        if let echo, let sent = sentTime(of: echo.height) {
            peers[peer]?.echoed(after: sent.duration(to: now), heldMicroseconds: echo.heldMicroseconds)
        }
        return .counted
    }

    /// Something arrived that is no heartbeat of its sender.
    public mutating func refusedOne() {
        refused += 1
    }

    /// What is known of each peer, in the order of their keys.
    public var figures: [PeerFigures] { peers.map { $0.value.figures(of: $0.key) } }

    private func sentTime(of height: UInt64) -> Instant? {
        guard height <= self.height, self.height - height < UInt64(sentAt.count) else { return nil }
        return sentAt[sentAt.count - 1 - Int(self.height - height)]
    }

    /// In turn, so that in a large network every peer still hears back now and then.
    private mutating func echoes(at now: Instant) -> [Heartbeat.Echo] {
        let known = peers.compactMap { $0.value.echo(of: $0.key, at: now) }
        guard known.count > Heartbeat.echoesMax else { return known }
        let start = nextEcho % known.count
        nextEcho = start + Heartbeat.echoesMax
        return Array((known[start...] + known[..<start]).prefix(Heartbeat.echoesMax))
    }
}
