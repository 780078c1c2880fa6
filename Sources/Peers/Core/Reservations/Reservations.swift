package import ConclavePrimitives
package import ConclaveTransport

/// At most one connection per peer, and the same one on both sides.
///
///     Inert ─▶ Reserved(dialing: connecting ─▶ shaking) ─▶ Reserved(starting) ─▶ Active ─▶ Inert
///       └──────────────▶ Reserved(starting), by an inbound connection that has proved its key
///
/// A dialer commits itself when it sends its Ack, and asks ``dialProved(_:peerTime:)`` just before; a
/// listener when it has verified one. So a dial that is not proved here cannot be a link over there, and may
/// be given up at any time: an inbound connection that has proved its key may replace it. When both sides are
/// committed to different connections, the one that the smaller key dialled survives: its dialer refuses the
/// other, its listener replaces the other. Each connection has two ends and each peer at most one
/// reservation, so there are never two links.
///
/// What is remembered of a peer stays until ``revoke(_:)``: call it for who loses authorisation.
package struct Reservations: Hashable, Sendable {
    private let own: PeerID
    private let cooldown: Duration
    private let crossing: Duration
    private let crossedDials: CrossedDials

    private var entries: [PeerID: Entry] = [:]
    private var generations: UInt64 = 0

    package init(own: PeerID, configuration: Configuration, crossedDials: CrossedDials = .smallerKey) {
        self.own = own
        self.crossedDials = crossedDials
        cooldown = configuration.peerConnectionCooldown
        crossing = configuration.dialTimeout
    }

    // MARK: Questions

    package func state(of peer: PeerID) -> ReservationState {
        switch entries[peer]?.state ?? .inert {
        case .inert: .inert
        case .connecting: .connecting
        case .shaking: .shaking
        case .starting(let live): .starting(live.direction)
        case .active(let live): .active(live.direction)
        }
    }

    /// The ticket of what holds `peer` now.
    package func holder(of peer: PeerID) -> ReservationTicket? {
        guard let entry = entries[peer], entry.state != .inert else { return nil }
        return ReservationTicket(peer: peer, generation: entry.generation)
    }

    /// The earliest time at which we may dial `peer`; nil while something holds it.
    package func mayDial(_ peer: PeerID) -> Instant? {
        guard let entry = entries[peer] else { return peer == own ? nil : Instant(nanoseconds: 0) }
        return entry.state == .inert ? entry.mayDialAt : nil
    }

    /// Peers about which something is remembered.
    package var count: Int { entries.count }

    // MARK: Our dial

    /// We want to dial. The cooldown begins anew, lengthened by up to a quarter so that two sides fall out of
    /// step.
    package mutating func dial(
        _ peer: PeerID, at now: Instant, using random: inout some RandomNumberGenerator
    ) throws(DialRefusal) -> ReservationTicket {
        guard peer != own else { throw .ourselves }
        var entry = entries[peer] ?? Entry()
        guard entry.state == .inert else { throw .reserved }  // I2
        guard entry.mayDialAt <= now else { throw .coolingDown(until: entry.mayDialAt) }
        let quarter = max(1, cooldown.saturatingNanoseconds / 4)
        let jitter = Duration.nanoseconds(Int64.random(in: 0..<quarter, using: &random))
        entry.mayDialAt = now.advanced(by: cooldown).advanced(by: jitter)
        return hold(peer, entry, as: .connecting)
    }

    /// Our dial has a connection. The first frame may be sent only if it stands.
    package mutating func connected(_ ticket: ReservationTicket) -> Standing {
        guard var entry = current(ticket), entry.state == .connecting else { return .ended }
        entry.state = .shaking
        entries[ticket.peer] = entry
        return .stands
    }

    /// The peer's SynAck verified. The Ack may be sent only if the dial stands. `peerTime` is the SynAck's
    /// time.
    package mutating func dialProved(_ ticket: ReservationTicket, peerTime: WallTime) -> Standing {
        guard var entry = current(ticket), entry.state == .shaking else { return .ended }
        entry.state = .starting(Live(direction: .dialed, peerTime: peerTime))
        entries[ticket.peer] = entry
        return .stands
    }

    // MARK: Their dial

    /// The Ack of an authorised peer verified. `synTime` is the time of its Syn by its own clock, `heardAt`
    /// when that Syn reached us by ours, before it was answered.
    package mutating func inboundProved(
        _ peer: PeerID, synTime: WallTime, heardAt: Instant, at now: Instant
    ) -> InboundVerdict {
        guard peer != own else { return .refused(.ourselves) }
        let entry = entries[peer] ?? Entry()
        switch entry.state {  // I2
        case .inert, .connecting:
            return admit(peer, entry, synTime)
        case .shaking:
            // Our Ack is not sent, so ours is no link over there and may be given up.
            let gives = peer < own || crossedDials == .firstProved
            return gives ? admit(peer, entry, synTime) : .refused(.crossedDial)
        case .starting(let live), .active(let live):
            guard isCrossed(live, synTime, heardAt) else {
                return takeOver(peer, entry, live, synTime, at: now)
            }
            // The peer gave its own dial up before it told us so on ours.
            let isOver = live.confirmedAt != nil
            return peer < own && !isOver ? admit(peer, entry, synTime) : .refused(.crossedDial)
        }
    }

    // MARK: The link

    /// The link is about to run, under a reservation of either direction.
    package mutating func activated(_ ticket: ReservationTicket) -> Standing {
        guard var entry = current(ticket), case .starting(let live) = entry.state else { return .ended }
        entry.state = .active(live)
        entries[ticket.peer] = entry
        return .stands
    }

    /// The first record arrived on a link, so the peer is committed to it too, and has given up any dial of
    /// its own. A Syn that we heard before that is of such a dial, and a late Ack of it must not evict the
    /// link; one that we hear from now on is of a peer that was restarted. May be late or left out; then a
    /// Syn close to the link's own time counts as crossed for longer.
    package mutating func confirmed(_ ticket: ReservationTicket, at now: Instant) {
        guard var entry = current(ticket), case .active(var live) = entry.state else { return }
        live.confirmedAt = live.confirmedAt ?? now
        entry.state = .active(live)
        entries[ticket.peer] = entry
    }

    /// The peer said why it ends the link: that changes when we dial it again. An old ticket changes nothing.
    package mutating func heard(_ goodbye: GoodbyeReason, on ticket: ReservationTicket, at now: Instant) {
        guard var entry = current(ticket) else { return }
        let pause = cooldown * goodbye.cooldownsBeforeDialling
        entry.mayDialAt = max(entry.mayDialAt, now.advanced(by: pause))
        entries[ticket.peer] = entry
    }

    /// A reservation ended, in whatever way. Returns whether that freed the peer; an old ticket frees
    /// nothing.
    @discardableResult
    package mutating func released(_ ticket: ReservationTicket) -> Bool {
        guard var entry = current(ticket), entry.state != .inert else { return false }
        entry.state = .inert
        entries[ticket.peer] = entry
        return true
    }

    /// The peer is authorised no more: everything about it is forgotten. What runs under the returned ticket
    /// must stop.
    package mutating func revoke(_ peer: PeerID) -> ReservationTicket? {
        let holder = holder(of: peer)
        entries[peer] = nil
        return holder
    }

    // MARK: Private

    private func current(_ ticket: ReservationTicket) -> Entry? {
        guard let entry = entries[ticket.peer], entry.generation == ticket.generation else { return nil }
        return entry
    }

    private mutating func hold(_ peer: PeerID, _ entry: Entry, as state: Entry.State) -> ReservationTicket {
        generations += 1
        var entry = entry
        entry.state = state
        entry.generation = generations
        entries[peer] = entry
        return ReservationTicket(peer: peer, generation: generations)
    }

    private mutating func admit(_ peer: PeerID, _ entry: Entry, _ synTime: WallTime) -> InboundVerdict {
        let replaced = holder(of: peer)
        let live = Live(direction: .accepted, peerTime: synTime)
        return .admitted(hold(peer, entry, as: .starting(live)), ending: replaced)
    }

    /// Whether a Syn and the live link can belong to dials that crossed. The two wall times are of the peer's
    /// clock, the two instants of ours.
    private func isCrossed(_ live: Live, _ synTime: WallTime, _ heardAt: Instant) -> Bool {
        guard live.direction == .dialed else { return false }
        if let confirmedAt = live.confirmedAt, heardAt > confirmedAt { return false }
        return synTime.isWithin(age: crossing, ahead: crossing, of: live.peerTime)
    }

    /// The peer was restarted, or its link is dead and we have not noticed: only a later Syn shows that.
    private mutating func takeOver(
        _ peer: PeerID, _ entry: Entry, _ live: Live, _ synTime: WallTime, at now: Instant
    ) -> InboundVerdict {
        guard synTime > live.peerTime else { return .refused(.staleSyn) }
        guard now >= entry.mayTakeOverAt else { return .refused(.keyInUseElsewhere) }
        var entry = entry
        entry.mayTakeOverAt = now.advanced(by: cooldown)
        return admit(peer, entry, synTime)
    }
}

/// What is remembered of one peer.
private struct Entry: Hashable {
    enum State: Hashable {
        case inert, connecting, shaking
        case starting(Live)
        case active(Live)
    }

    var state = State.inert
    var generation: UInt64 = 0
    var mayDialAt = Instant(nanoseconds: 0)
    var mayTakeOverAt = Instant(nanoseconds: 0)
}

/// A connection whose handshake ended well.
private struct Live: Hashable {
    let direction: Direction
    /// When the peer took its part in the handshake, by its own clock: the time of its Syn or of its SynAck.
    /// So a later Syn is compared with it under one clock.
    let peerTime: WallTime
    /// When the peer was first heard on it, by our clock.
    var confirmedAt: Instant?
}
