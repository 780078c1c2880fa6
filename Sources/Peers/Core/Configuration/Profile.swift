public import ConclaveCodec

/// Every number of the peer layer that has a sensible default. Copy one of the profiles and change what must
/// differ; ``Configuration`` checks the ranges.
public struct Profile: Hashable, Sendable {
    // MARK: Handshake

    /// How far ahead of ours a peer's clock may be; `1 ms...1 min`. Above what NTP leaves, below what a
    /// replay needs.
    public var synchronyBound: Duration
    /// Oldest handshake message that is accepted; `1 ms...5 min`. So long an accepted Syn is remembered
    /// against replay.
    public var maxHandshakeAge: Duration
    /// From the first byte of a handshake to its last, absolute; `10 ms...1 min`. One byte at a time gains
    /// nobody time.
    public var handshakeTimeout: Duration
    /// DNS, TCP and handshake of one dial together; from ``handshakeTimeout`` to 5 min. It frees
    /// the reservation.
    public var dialTimeout: Duration

    // MARK: Open links

    /// How often an open link pings; `10 ms...10 min`.
    public var pingFrequency: Duration
    /// Longest time without a byte received, or without progress of a write, before a link closes; longer
    /// than ``pingFrequency``, in discovery ``gossipFrequency``, at most 1 h. At two pings and more, one
    /// lost ping costs no connection.
    public var silenceTimeout: Duration

    // MARK: Discovery

    /// How often an open link tells whom we know; `10 ms...10 min`. News of an address takes so long per hop.
    public var gossipFrequency: Duration
    /// Most address records in one answer, both ways; `1...1,024`. Bounds what one answer costs who examines
    /// it: 35 µs each.
    public var peerGossipMaxCount: Int
    /// Dials that may fail before we ask others for a newer address; `1...1,000`.
    public var dialFailLimit: Int

    // MARK: Dialling

    /// Shortest time between two attempts of ours to dial one peer; `1 ms...1 h`. Spares a peer that is down;
    /// what dials us is not held up by it.
    public var peerConnectionCooldown: Duration
    /// Shortest time between two fillings of the queue of peers to dial; `1 ms...1 min`.
    public var dialFrequency: Duration
    /// Most attempts in a second over all peers while a queue is worked off; `1...100,000`. Bounds the
    /// descriptors and the signatures that a restart of the whole network costs.
    public var dialsPerSecondMax: Int

    // MARK: Listening

    /// Inbound handshakes at once; `1...65,536`. Each may hold a descriptor for ``handshakeTimeout``. A
    /// quarter is kept for IPs that tracked peers are expected from.
    public var maxConcurrentHandshakes: Int
    /// Inbound handshakes from one IP; count `1...1,000,000`, period `1 ms...1 h`. For an IP that several
    /// tracked peers share, so many times as much.
    public var handshakesPerIP: Rate
    /// Inbound handshakes from one subnet (/24, /48) for IPs that nobody is expected from; ranges as before.
    public var handshakesPerSubnet: Rate
    /// Whether addresses that are not routed in public may dial us and be dialled.
    public var privateAddresses: PrivateAddresses
    /// Whether a peer must come from the IP that its address names.
    public var addressCheck: AddressCheck
    /// Proxies and balancers that speak for others: what they forward must begin with a PROXY header, and the
    /// address named there is the one that counts; at most 64. Whoever else sends such a header is closed.
    public var proxyNetworks: [IPNetwork] = []

    // MARK: Peers

    /// Newest peer sets that are kept; `1...64`. More than one, so that validators of the next epoch are
    /// connected before it begins.
    public var trackedPeerSets: Int
    /// Most peers of one set, primary and secondary together; `1...65,536`. Bounds the directory.
    public var maxPeersPerSet: Int
    /// How long a blocked peer is refused unless told otherwise; `1 s...720 h`.
    public var blockDuration: Duration

    // MARK: Memory

    /// Messages that wait for one peer; `1...1,048,576`.
    public var outboxMessages: Int
    /// Bytes that wait for one peer; `4 KiB...1 GiB`.
    public var outboxBytes: Int
    /// Bytes of one peer that wait in one channel's inbox; `4 KiB...1 GiB`.
    public var laneBytes: Int
    /// Bytes that each peer's outbox and each of its lanes may hold whatever the others have taken;
    /// `4 KiB...16 MiB`. Enough for votes, so that a node whose budget is used up still agrees.
    public var floorBytes: Int
    /// Bytes that all outboxes and lanes together may hold above their floors, first come first served;
    /// `1 MiB...1 TiB`, and at least four of the largest messages.
    public var memoryBudget: Int
}

/// Whether addresses that are not routed in public are used.
public enum PrivateAddresses: String, Hashable, Sendable, CaseIterable {
    /// The default on a public network: a genesis file must not make us probe our own hosts.
    case refused
    case allowed
}

/// Whether an inbound peer must come from the IP that its address names.
public enum AddressCheck: String, Hashable, Sendable, CaseIterable {
    /// The IP must be the one expected of that very key.
    case exact
    /// Any IP will do; the key alone decides. For peers behind balancers whose addresses change.
    case bypassed
}
