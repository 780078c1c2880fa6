public import ConclavePeersCore
import ConclavePrimitives
import ConclaveRuntime
public import ConclaveTransport

/// The sending end of a channel. A copy belongs to one task, which keeps the routes it has seen: `var sender
/// = sender`.
///
/// A send never waits: it says who took the message and why anyone did not.
@safe
public struct Sender: Sendable {
    private let routes: Routes
    private let clock: any RuntimeClock
    private let channel: OutgoingChannel
    private var table = RouteTable()
    private var version = UInt64.max
    /// Where the last message to one peer went: most engines talk to one for a while. `table` keeps it, as it
    /// keeps all routes that are used below: to count references takes a third of what a message of 64 bytes
    /// costs its sender.
    private var recent: Unmanaged<Route>?

    init(routes: Routes, channel: OutgoingChannel, clock: any RuntimeClock) {
        self.routes = routes
        self.channel = channel
        self.clock = clock
    }

    /// The largest message of this channel, in bytes.
    public var messageBytesMax: Int { channel.messageBytesMax }

    /// The peers that are connected now, in ascending order.
    public mutating func connected() -> [PeerID] {
        refresh()
        return table.routes.map(\.peer)
    }

    /// Offers `message` to each recipient's outbox.
    ///
    /// - Throws: ``SendError`` if the message is too large or the priority reserved; then it was offered to
    ///   nobody.
    public mutating func send(
        _ message: [UInt8], to recipients: Recipients, priority: Priority = .normal
    ) throws(SendError) -> Sent {
        guard message.count <= channel.messageBytesMax else {
            throw .messageTooLarge(bytes: message.count, limit: channel.messageBytesMax)
        }
        guard priority != .control else { throw .reservedPriority }
        refresh()
        let offering = Offering(
            compressed: channel.compression == .lz4 ? CompressedMessage.encoding(message) : nil,
            priority: priority, now: channel.hasQuota ? clock.coarseNow : nil)
        switch recipients {
        case .one(let peer):
            var sent = Sent(recipients: .one(peer))
            offer(message, toPeer: peer, offering, &sent)
            return sent
        case .all: return broadcast(message, except: nil, offering)
        case .allExcept(let peer): return broadcast(message, except: peer, offering)
        case .some(let peers):
            var sent = Sent(recipients: .some(peers.sorted()))
            for peer in peers { offer(message, toPeer: peer, offering, &sent) }
            return sent
        }
    }

    /// What is the same for all recipients of a message, beside its bytes.
    private struct Offering {
        /// The message in short, for those who take that; once for all of them.
        let compressed: [UInt8]?
        let priority: Priority
        /// If the channel has a quota.
        let now: Instant?
    }

    /// Suspends until the outbox of `peer` is at most half full, its link has ended, or the task is
    /// cancelled: for those who flood on purpose. After ``Refusal/overBudget`` it waits for the node's memory
    /// too. False, at once, when the peer is not connected: there is
    /// nothing to wait for.
    @discardableResult
    public mutating func room(for peer: PeerID) async -> Bool {
        refresh()
        guard let place = table.place(of: peer) else { return false }
        await table.routes[place].outbox.room()
        return true
    }

    // MARK: Routes

    @inline(__always)
    private mutating func refresh() {
        let newest = routes.currentVersion
        if newest != version { reload(newest) }
    }

    @inline(never)
    private mutating func reload(_ newest: UInt64) {
        version = newest
        table = routes.current
        unsafe recent = nil
    }

    // MARK: Offering

    @inline(__always)
    private mutating func offer(
        _ message: [UInt8], toPeer peer: PeerID, _ offering: Offering, _ sent: inout Sent
    ) {
        if !offerToRecent(message, peer, offering, &sent) { offerToOther(message, peer, offering, &sent) }
    }

    /// False if the recent one was another. Not mutating, or the closure would copy the sender.
    @inline(__always)
    private func offerToRecent(
        _ message: [UInt8], _ peer: PeerID, _ offering: Offering, _ sent: inout Sent
    ) -> Bool {
        guard let recent = unsafe recent else { return false }
        return unsafe recent._withUnsafeGuaranteedRef { route in
            guard route.peer == peer else { return false }
            offer(message, to: route, offering, &sent)
            return true
        }
    }

    @inline(never)
    private mutating func offerToOther(
        _ message: [UInt8], _ peer: PeerID, _ offering: Offering, _ sent: inout Sent
    ) {
        guard let place = table.place(of: peer) else { return miss(peer, &sent) }
        let route = table.routes[place]
        unsafe recent = .passUnretained(route)
        offer(message, to: route, offering, &sent)
    }

    private func broadcast(_ message: [UInt8], except: PeerID?, _ offering: Offering) -> Sent {
        var sent = Sent(recipients: .table(table, except: except))
        for place in table.routes.indices {
            table.loadAhead(of: place)
            unsafe Unmanaged.passUnretained(table.routes[place])._withUnsafeGuaranteedRef { route in
                if let except, route.peer == except { return }
                offer(message, to: route, offering, &sent)
            }
        }
        return sent
    }

    @inline(__always)
    private func offer(
        _ message: [UInt8], to route: Route, _ offering: Offering, _ sent: inout Sent
    ) {
        switch route.outbox.offer(
            message, compressed: offering.compressed, to: channel, priority: offering.priority,
            limitedNow: offering.now)
        {
        case .accepted(let wake):
            sent.acceptedCount += 1
            if wake { route.wake() }
        case .refused(.notConnected): miss(route.peer, &sent)
        case .refused(let reason): sent.refused.append((route.peer, reason))
        }
    }

    @inline(never)
    private func miss(_ peer: PeerID, _ sent: inout Sent) {
        channel.missed.add()
        sent.refused.append((peer, channel.roster.miss(peer) ? .notConnected : .unknown))
    }
}
