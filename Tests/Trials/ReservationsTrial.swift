package import ConclavePeersCore
import ConclavePrimitives

/// One random history of several peers, in which ``Reservations`` and ``ReservationsReference`` answer the
/// same questions.
package struct ReservationsTrial {
    /// What was answered and what the reference says.
    package struct Mismatch: Equatable {
        package let event: String
        package let answer: String
        package let expected: String
    }

    private let own = peer(5)
    private let peers = [3, 4, 6, 7].map(peer)
    private let configuration: Configuration
    private let rule: CrossedDials
    private var subject: Reservations
    private var references: [PeerID: ReservationsReference] = [:]
    /// Every ticket that there was; old ones are tried, too.
    private var tickets = [ReservationTicket(peer: peer(3), generation: 99_999)]
    private var now = 0

    package init(rule: CrossedDials, configuration: Configuration) {
        self.configuration = configuration
        self.rule = rule
        subject = Reservations(own: own, configuration: configuration, crossedDials: rule)
    }

    /// One event; nil if both agree about it and about who holds the peer now.
    package mutating func step(using random: inout some RandomNumberGenerator) -> Mismatch? {
        // The clock may jump back, too.
        now = max(0, now + Int.random(in: -200...2_500, using: &random))
        let peer = peers[Int.random(in: 0..<peers.count, using: &random)]
        let old = tickets[Int.random(in: 0..<tickets.count, using: &random)]
        let ticket = Bool.random(using: &random) ? subject.holder(of: peer) ?? old : old
        let mismatch =
            switch Int.random(in: 0..<9, using: &random) {
            case 0, 1: dial(peer, using: &random)
            case 2, 3: advance(ticket, using: &random)
            case 4: activate(ticket)
            case 5: confirm(ticket)
            case 6: release(ticket)
            default: accept(peer, using: &random)
            }
        let holders = peers.filter { subject.holder(of: $0) != reference($0).holder }
        return mismatch ?? (holders.isEmpty ? nil : mismatched("holder", "\(holders)", ""))
    }

    private mutating func dial(
        _ peer: PeerID, using random: inout some RandomNumberGenerator
    ) -> Mismatch? {
        let expected = reference(peer).mayDial(at: at(now))
        let ticket = try? subject.dial(peer, at: at(now), using: &random)
        if let ticket {
            tickets.append(ticket)
            happened(.dialed(ticket, at(now)), peer)
        }
        let agrees = expected == .either || (expected == .yes) == (ticket != nil)
        return agrees ? nil : mismatched("dial", "\(ticket != nil)", "\(expected)")
    }

    /// Connects if it is not connected, proves otherwise.
    private mutating func advance(
        _ ticket: ReservationTicket, using random: inout some RandomNumberGenerator
    ) -> Mismatch? {
        let reference = reference(ticket.peer)
        if reference.mayConnect(ticket) || Bool.random(using: &random) {
            let stands = subject.connected(ticket) == .stands
            if stands { happened(.connected(ticket), ticket.peer) }
            return compare("connected", stands, reference.mayConnect(ticket))
        }
        let time = wall(within: 2, using: &random)
        let stands = subject.dialProved(ticket, peerTime: time) == .stands
        if stands { happened(.proved(ticket, .dialed, time), ticket.peer) }
        return compare("dialProved", stands, reference.mayProve(ticket))
    }

    private mutating func activate(_ ticket: ReservationTicket) -> Mismatch? {
        let expected = reference(ticket.peer).mayActivate(ticket)
        let stands = subject.activated(ticket) == .stands
        if stands { happened(.activated(ticket), ticket.peer) }
        return compare("activated", stands, expected)
    }

    private mutating func confirm(_ ticket: ReservationTicket) -> Mismatch? {
        let reference = reference(ticket.peer)
        subject.confirmed(ticket, at: at(now))
        if ticket == reference.holder, reference.isActive(ticket) {
            happened(.confirmed(ticket, at(now)), ticket.peer)
        }
        return nil
    }

    private mutating func release(_ ticket: ReservationTicket) -> Mismatch? {
        let expected = ticket == reference(ticket.peer).holder
        let freed = subject.released(ticket)
        if freed { happened(.ended(ticket), ticket.peer) }
        return compare("released", freed, expected)
    }

    private mutating func accept(
        _ peer: PeerID, using random: inout some RandomNumberGenerator
    ) -> Mismatch? {
        let synTime = wall(within: 20, using: &random)
        let heardAt = at(max(0, now - Int.random(in: 0...3_000, using: &random)))
        let reference = reference(peer)
        let expected = reference.mayAccept(synTime: synTime, heardAt: heardAt, at: at(now))
        switch subject.inboundProved(peer, synTime: synTime, heardAt: heardAt, at: at(now)) {
        case .refused(let reason):
            return expected == .refused(reason) ? nil : mismatched("inbound", "\(reason)", "\(expected)")
        case .admitted(let ticket, let ending):
            guard expected == .yes, ending == reference.holder else {
                return mismatched("inbound", "admitted", "\(expected)")
            }
            if reference.takesOver(synTime: synTime, heardAt: heardAt) { happened(.tookOver(at(now)), peer) }
            if let ending { happened(.ended(ending), peer) }
            happened(.proved(ticket, .accepted, synTime), peer)
            tickets.append(ticket)
            return nil
        }
    }

    // MARK: Private

    private func reference(_ peer: PeerID) -> ReservationsReference {
        references[peer]
            ?? ReservationsReference(isPeerSmaller: peer < own, rule: rule, configuration: configuration)
    }

    private mutating func happened(_ event: ReservationsReference.Event, _ peer: PeerID) {
        var changed = reference(peer)
        changed.happened(event)
        references[peer] = changed
    }

    /// A time of the peer's clock, up to so many seconds from ours.
    private func wall(within seconds: Int, using random: inout some RandomNumberGenerator) -> WallTime {
        let distance = Int.random(in: -seconds * 1_000...seconds * 1_000, using: &random)
        return WallTime(milliseconds: UInt64(1_000_000 + now + distance))
    }

    private func compare(_ event: String, _ answer: Bool, _ expected: Bool) -> Mismatch? {
        answer == expected ? nil : mismatched(event, "\(answer)", "\(expected)")
    }

    private func mismatched(_ event: String, _ answer: String, _ expected: String) -> Mismatch {
        Mismatch(event: event, answer: answer, expected: expected)
    }
}
