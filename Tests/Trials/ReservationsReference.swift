import ConclavePeersCore
import ConclavePrimitives

/// What ``Reservations`` promises of one peer, told in another way: everything that ever happened is kept,
/// and each question looks through all of it.
struct ReservationsReference {
    enum Event {
        case dialed(ReservationTicket, Instant)
        case connected(ReservationTicket)
        case proved(ReservationTicket, Direction, WallTime)
        case activated(ReservationTicket)
        case confirmed(ReservationTicket, Instant)
        case ended(ReservationTicket)
        case tookOver(Instant)
    }

    enum Answer: Hashable {
        case yes, no
        /// Within the jitter of the cooldown.
        case either
        case refused(InboundRefusal)
    }

    let isPeerSmaller: Bool
    let rule: CrossedDials
    let cooldown: Duration
    let crossing: Duration
    private(set) var past: [Event] = []

    init(isPeerSmaller: Bool, rule: CrossedDials, configuration: Configuration) {
        self.isPeerSmaller = isPeerSmaller
        self.rule = rule
        cooldown = configuration.peerConnectionCooldown
        crossing = configuration.dialTimeout
    }

    mutating func happened(_ event: Event) {
        past.append(event)
    }

    /// The one claim that was made and not ended since.
    var holder: ReservationTicket? {
        var holder: ReservationTicket?
        for event in past {
            switch event {
            case .dialed(let ticket, _), .proved(let ticket, .accepted, _): holder = ticket
            case .ended(let ticket) where ticket == holder: holder = nil
            case .ended, .connected, .proved, .activated, .confirmed, .tookOver: break
            }
        }
        return holder
    }

    func mayDial(at now: Instant) -> Answer {
        guard holder == nil else { return .no }
        let last = past.compactMap { if case .dialed(_, let at) = $0 { at } else { nil } }.last
        guard let last else { return .yes }
        if now < last.advanced(by: cooldown) { return .no }
        return now < last.advanced(by: cooldown + cooldown / 4) ? .either : .yes
    }

    func mayConnect(_ ticket: ReservationTicket) -> Bool {
        ticket == holder && stages(of: ticket) == 1
    }

    func mayProve(_ ticket: ReservationTicket) -> Bool {
        ticket == holder && stages(of: ticket) == 2
    }

    func mayActivate(_ ticket: ReservationTicket) -> Bool {
        ticket == holder && proof(of: ticket) != nil && !isActive(ticket)
    }

    func isActive(_ ticket: ReservationTicket) -> Bool {
        past.contains { if case .activated(ticket) = $0 { true } else { false } }
    }

    func mayAccept(synTime: WallTime, heardAt: Instant, at now: Instant) -> Answer {
        guard let holder else { return .yes }
        guard let (direction, time) = proof(of: holder) else {
            let isShaking = stages(of: holder) == 2
            let gives = !isShaking || isPeerSmaller || rule == .firstProved
            return gives ? .yes : .refused(.crossedDial)
        }
        let confirmedAt = past.compactMap { if case .confirmed(holder, let at) = $0 { at } else { nil } }
            .first
        let isRestart = confirmedAt.map { heardAt > $0 } ?? false
        let distance = Duration.milliseconds(
            Int64(synTime.milliseconds) - Int64(time.milliseconds))
        if direction == .dialed, !isRestart, distance >= .zero - crossing, distance < crossing {
            return isPeerSmaller && confirmedAt == nil ? .yes : .refused(.crossedDial)
        }
        if synTime <= time { return .refused(.staleSyn) }
        let last = past.compactMap { if case .tookOver(let at) = $0 { at } else { nil } }.last
        if let last, now < last.advanced(by: cooldown) { return .refused(.keyInUseElsewhere) }
        return .yes
    }

    /// Whether admitting counts as a take-over.
    func takesOver(synTime: WallTime, heardAt: Instant) -> Bool {
        guard let holder, let (direction, time) = proof(of: holder) else { return false }
        let confirmedAt = past.compactMap { if case .confirmed(holder, let at) = $0 { at } else { nil } }
            .first
        let isRestart = confirmedAt.map { heardAt > $0 } ?? false
        return direction == .accepted || isRestart
            || !synTime.isWithin(age: crossing, ahead: crossing, of: time)
    }

    /// 1: dialled; 2: also connected; 3: also proved.
    private func stages(of ticket: ReservationTicket) -> Int {
        past.count { event in
            switch event {
            case .dialed(ticket, _), .connected(ticket), .proved(ticket, .dialed, _): true
            case .dialed, .connected, .proved, .activated, .confirmed, .ended, .tookOver: false
            }
        }
    }

    private func proof(of ticket: ReservationTicket) -> (Direction, WallTime)? {
        past.compactMap { event in
            if case .proved(ticket, let direction, let time) = event { (direction, time) } else { nil }
        }.last
    }
}
