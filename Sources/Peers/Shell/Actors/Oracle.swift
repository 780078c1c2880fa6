public import ConclavePeersCore
import ConclavePrimitives
public import ConclaveRuntime

/// The engine's handle on who is authorised. It needs nothing from the network that it gates.
public struct Oracle: Sendable {
    /// Events that wait for one listener at most; the oldest are dropped beyond it.
    private static let eventsMax = 65_536

    let tracker: Tracker
    let blockDuration: Duration

    /// Authorises a set under a strictly increasing index, usually the epoch. Whoever is in none of the
    /// tracked sets any more is disconnected; whoever stays keeps its connection, unless its address changed.
    /// In discovery a set is keys alone, the same on all nodes, ourselves among them.
    ///
    /// - Throws: ``/ConclavePeersCore/DirectoryFault``; then nothing has changed.
    public func track(_ index: UInt64, _ set: PeerSet) async throws(DirectoryFault) {
        try await tracker.track(index, set)
    }

    /// The same as ``track(_:_:)``, under the name that commonware gives it.
    public func register(_ index: UInt64, _ set: PeerSet) async throws(DirectoryFault) {
        try await track(index, set)
    }

    /// A tracked set.
    public func peerSet(_ index: UInt64) async -> PeerSet? {
        await tracker.peerSet(index)
    }

    /// New addresses without a new set; links on old addresses close. Who is not tracked is passed over. In
    /// discovery nothing happens: peers say themselves where they are.
    public func overwrite(_ addresses: [(PeerID, PeerAddress)]) async {
        await tracker.overwrite(addresses)
    }

    /// Closes the link to `peer` and refuses it for `duration`, the configured one if nil, whatever sets
    /// come. Never takes effect on a third of a set's weight or more.
    @discardableResult
    public func block(_ peer: PeerID, for duration: Duration? = nil) async -> BlockOutcome {
        await tracker.block(peer, for: duration ?? blockDuration)
    }

    /// How many blocks are in force, wait for room, or had none.
    public var blocks: BlockCounts {
        get async { await tracker.blockCounts }
    }

    /// Closes the link to `peer`, which may connect again at once.
    public func disconnect(_ peer: PeerID) async {
        await tracker.disconnect(peer)
    }

    /// Links that open and close, in order; begins with those that are open. Ends when the network shuts
    /// down.
    public var connections: Mailbox<ConnectionEvent> {
        get async {
            let mailbox = Mailbox<ConnectionEvent>(capacity: Self.eventsMax, overflow: .dropOldest)
            await tracker.connections(into: mailbox)
            return mailbox
        }
    }

    /// Sets that are tracked; begins with the newest. Ends when the network shuts down.
    public var updates: Mailbox<PeerSetUpdate> {
        get async {
            let mailbox = Mailbox<PeerSetUpdate>(capacity: Self.eventsMax, overflow: .dropOldest)
            await tracker.updates(into: mailbox)
            return mailbox
        }
    }

    /// All tracked peers and the bootstrappers in ascending order, for people.
    public var peers: [DirectoryEntry] {
        get async { await tracker.directorySnapshot() }
    }
}
