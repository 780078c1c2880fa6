import ConclavePeersCore
import ConclavePrimitives
import ConclaveTestTrials
import ConclaveTransport
import Testing

@Suite struct ReservationsTests {
    enum State: CaseIterable {
        case inert, connecting, shaking, startingDialed, startingAccepted, activeDialed, activeAccepted
        case confirmedDialed, confirmedAccepted

        /// What the reservations say of it. Who adds a state there has to add one here.
        static func all(_ state: ReservationState) -> [State] {
            switch state {
            case .inert: [.inert]
            case .connecting: [.connecting]
            case .shaking: [.shaking]
            case .starting(.dialed): [.startingDialed]
            case .starting(.accepted): [.startingAccepted]
            case .active(.dialed): [.activeDialed, .confirmedDialed]
            case .active(.accepted): [.activeAccepted, .confirmedAccepted]
            }
        }
    }

    enum Event: CaseIterable {
        case dial, connected, dialProved, activated, confirmed
        /// The peer says goodbye.
        case told
        case released, revoke
        /// An inbound connection proves its key; its Syn was heard before the link was confirmed, and its
        /// time is shortly before or after the live link's, or long before or after it.
        case inboundLongBefore, inboundBefore, inboundAfter, inboundLongAfter
        /// The same with a Syn that was heard after the link was confirmed.
        case restartedBefore, restartedAfter
    }

    /// What each event does in each state if the peer's key is the smaller one; columns in the order of
    /// `Event`.
    static let smallerPeer: [(State, String)] = [
        (.inert, "held ended ended ended nothing nothing stale none in in in in in in"),
        (.connecting, "reserved stands ended ended nothing told freed ends swap swap swap swap swap swap"),
        (.shaking, "reserved ended stands ended nothing told freed ends swap swap swap swap swap swap"),
        (
            .startingDialed,
            "reserved ended ended stands nothing told freed ends stale_syn swap swap swap swap swap"
        ),
        (
            .startingAccepted,
            "reserved ended ended stands nothing told freed ends stale_syn stale_syn swap swap stale_syn swap"
        ),
        (
            .activeDialed,
            "reserved ended ended ended confirmed told freed ends stale_syn swap swap swap swap swap"
        ),
        (
            .activeAccepted,
            "reserved ended ended ended confirmed told freed ends "
                + "stale_syn stale_syn swap swap stale_syn swap"
        ),
        (
            .confirmedDialed,
            "reserved ended ended ended nothing told freed ends "
                + "stale_syn crossed_dial crossed_dial swap stale_syn swap"
        ),
        (
            .confirmedAccepted,
            "reserved ended ended ended nothing told freed ends stale_syn stale_syn swap swap stale_syn swap"
        ),
    ]

    /// Where it is another if our own key is the smaller one.
    static let largerPeer: [State: String] = [
        .shaking: "reserved ended stands ended nothing told freed ends "
            + "crossed_dial crossed_dial crossed_dial crossed_dial crossed_dial crossed_dial",
        .startingDialed: "reserved ended ended stands nothing told freed ends "
            + "stale_syn crossed_dial crossed_dial swap crossed_dial crossed_dial",
        .activeDialed: "reserved ended ended ended confirmed told freed ends "
            + "stale_syn crossed_dial crossed_dial swap crossed_dial crossed_dial",
    ]

    @Test func `every event has its outcome in every state`() throws {
        #expect(Self.smallerPeer.map(\.0) == State.allCases)
        for (state, row) in Self.smallerPeer {
            for (own, row) in [(peer(9), row), (peer(1), Self.largerPeer[state] ?? row)] {
                let row = row.split(separator: " ").map(String.init)
                #expect(row.count == Event.allCases.count)
                for (event, expected) in zip(Event.allCases, row) {
                    var reservations = try reservations(own, in: state)
                    #expect(State.all(reservations.state(of: other)).contains(state))
                    let outcome = perform(event, on: &reservations)
                    #expect(
                        outcome == expected,
                        "\(event) in \(state), own key \(own == peer(1) ? "smaller" : "larger")")
                }
            }
        }
    }

    @Test func `every way of refusing stands in the table, but for our own key and a second take-over`() {
        let rows = Self.smallerPeer.map(\.1) + Self.largerPeer.values
        let words = Set(rows.flatMap { $0.split(separator: " ").map(String.init) })
        let elsewhere: [InboundRefusal] = [.ourselves, .keyInUseElsewhere]
        for refusal in InboundRefusal.allCases {
            #expect(words.contains(refusal.rawValue) != elsewhere.contains(refusal))
        }
    }

    @Test func `peers that refuse what comes in while they dial are met by taking what is proved first`()
        throws
    {
        var reservations = try reservations(peer(1), in: .shaking, rule: .firstProved)
        let reservationsOutcome = perform(.inboundAfter, on: &reservations)
        #expect(reservationsOutcome == "swap")
        var committed = try self.reservations(peer(1), in: .activeDialed, rule: .firstProved)
        let committedOutcome = perform(.inboundAfter, on: &committed)
        #expect(committedOutcome == "crossed_dial")
    }

    @Test func `a late release of an old reservation frees nothing`() throws {
        var reservations = try reservations(peer(9), in: .connecting)
        let old = try #require(reservations.holder(of: other))
        let reservationsOutcome = perform(.inboundAfter, on: &reservations)
        #expect(reservationsOutcome == "swap")
        let before = reservations
        let freed = reservations.released(old)
        let steps = [
            reservations.connected(old), reservations.activated(old),
            reservations.dialProved(old, peerTime: wall(0)),
        ]
        #expect(!freed && steps == [.ended, .ended, .ended])
        #expect(reservations == before)
    }

    @Test
    func `a peer that lost its place is refused at the next step, and its tickets stay void when it is back`()
        throws
    {
        var random = SplitMix64(seed: 7)
        for state in State.allCases where state != .inert {
            var reservations = try reservations(peer(9), in: state)
            let old = try #require(reservations.holder(of: other))
            let revoked = reservations.revoke(other)
            #expect(revoked == old && reservations.count == 0)
            let steps = [reservations.connected(old), reservations.activated(old)]
            #expect(steps == [.ended, .ended])
            _ = try reservations.dial(other, at: at(0), using: &random)
            let freed = reservations.released(old)
            #expect(!freed)
            #expect(reservations.state(of: other) == .connecting)
        }
    }

    @Test func `our own key is neither dialled nor accepted`() throws {
        var random = SplitMix64(seed: 7)
        var reservations = try reservations(peer(3), in: .inert)
        #expect(throws: DialRefusal.ourselves) { try reservations.dial(peer(3), at: at(0), using: &random) }
        let verdict = reservations.inboundProved(peer(3), synTime: wall(0), heardAt: at(0), at: at(0))
        #expect(verdict == .refused(.ourselves))
        #expect(reservations.mayDial(peer(3)) == nil && reservations.count == 0)
    }

    @Test(
        arguments: zip(
            [GoodbyeReason.replaced, .shutdown, .protocolError, .overloaded, .notWanted], [0, 1, 1, 4, 4]))
    func `who says goodbye is dialled again after so many cooldowns`(reason: GoodbyeReason, count: Int) throws
    {
        var reservations = try reservations(peer(9), in: .activeAccepted)
        let ticket = try #require(reservations.holder(of: other))
        reservations.heard(reason, on: ticket, at: at(20_000))
        reservations.released(ticket)
        #expect(reservations.mayDial(other) == at(20_000 + count * 10_000))
    }

    @Test func `the cooldown runs from the last attempt and is lengthened by less than a quarter`() throws {
        var random = SplitMix64(seed: 7)
        var spread = Set<Instant>()
        for _ in 0..<50 {
            var reservations = try reservations(peer(9), in: .inert)
            let ticket = try reservations.dial(other, at: at(1_000), using: &random)
            #expect(reservations.mayDial(other) == nil)
            reservations.released(ticket)
            let again = try #require(reservations.mayDial(other))
            #expect(again >= at(11_000) && again < at(13_500))
            #expect(throws: DialRefusal.coolingDown(until: again)) {
                try reservations.dial(other, at: again.advanced(by: .nanoseconds(-1)), using: &random)
            }
            _ = try reservations.dial(other, at: again, using: &random)
            spread.insert(again)
        }
        #expect(spread.count > 10)
    }

    @Test func `A42 a peer restarted just after our own dial is in at once, the dial that it gave up is not`()
        throws
    {
        for own in [peer(1), peer(9)] {
            var reservations = try reservations(own, in: .confirmedDialed)
            let givenUp = inbound(at: 21, heardAt: at(4), &reservations)
            let restarted = inbound(at: 21, heardAt: at(6), &reservations)
            #expect(givenUp == "crossed_dial" && restarted == "swap")
        }
    }

    @Test func `an inbound connection is not held up by our cooldown`() throws {
        var reservations = try reservations(peer(1), in: .connecting)
        let ticket = try #require(reservations.holder(of: other))
        reservations.released(ticket)
        let reservationsOutcome = perform(.inboundAfter, on: &reservations)
        #expect(reservationsOutcome == "in")
    }

    @Test func `one take-over per cooldown, then an alarm, then another`() throws {
        var reservations = try reservations(peer(9), in: .activeAccepted)
        let steps = [
            (0, "swap"), (1, "key_in_use_elsewhere"), (9_999, "key_in_use_elsewhere"), (10_000, "swap"),
        ]
        for (index, (now, expected)) in steps.enumerated() {
            let verdict = reservations.inboundProved(
                other, synTime: wall(60 + index), heardAt: at(0), at: at(now))
            #expect(text(verdict) == expected)
        }
    }

    @Test func `a refused take-over does not lengthen the wait for the next`() throws {
        var reservations = try reservations(peer(9), in: .activeAccepted)
        _ = reservations.inboundProved(other, synTime: wall(60), heardAt: at(0), at: at(0))
        for now in 1..<1_000 {
            _ = reservations.inboundProved(other, synTime: wall(61), heardAt: at(0), at: at(now * 10))
        }
        let verdict = reservations.inboundProved(other, synTime: wall(61), heardAt: at(0), at: at(10_000))
        #expect(text(verdict) == "swap")
    }

    @Test(arguments: [WallTime(milliseconds: 0), WallTime(milliseconds: .max)])
    func `times at the ends of the range do not trap`(time: WallTime) throws {
        for state in State.allCases {
            var reservations = try reservations(peer(9), in: state)
            _ = reservations.inboundProved(other, synTime: time, heardAt: at(0), at: .distantFuture)
            _ = reservations.inboundProved(
                other, synTime: WallTime(milliseconds: .max), heardAt: at(0), at: at(0))
        }
    }

    @Test func `a reservation frees its peer once, however it ends`() {
        final class Released: Sendable {
            let tickets = Lock<[ReservationTicket]>([])
            func append(_ ticket: ReservationTicket) { tickets.withLock { $0.append(ticket) } }
        }
        struct Failure: Error {}
        func fail(_ reservation: consuming Reservation) throws { throw Failure() }

        let released = Released()
        let tickets = (1...2).map { ReservationTicket(peer: other, generation: $0) }
        do {
            let reservation = Reservation(tickets[0], .accepted) { released.append($0) }
            #expect(reservation.peer == other)
            #expect(released.tickets.withLock { $0 } == [])
            let moved = consume reservation
            _ = moved.direction
        }
        #expect(throws: Failure.self) { try fail(Reservation(tickets[1], .dialed) { released.append($0) }) }
        #expect(released.tickets.withLock { $0 } == tickets)
    }

    @Test(arguments: 0..<50)
    func `whatever happens, a peer has one holder and limits hold`(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        var reservations = try reservations(peer(5), in: .inert)
        var tickets: [ReservationTicket] = [], dials: [Instant] = [], now = 0
        for _ in 0..<400 {
            now += Int.random(in: 0...4_000, using: &random)
            let holder = reservations.holder(of: other)
            let ticket = tickets.randomElement(using: &random)
            let before = reservations
            switch Int.random(in: 0..<6, using: &random) {
            case 0:
                guard let new = try? reservations.dial(other, at: at(now), using: &random) else { continue }
                #expect(holder == nil)
                tickets.append(new)
                dials.append(at(now))
                continue
            case 1:
                let time = wall(now / 1_000 + Int.random(in: -20...20, using: &random) + 30)
                let verdict = reservations.inboundProved(other, synTime: time, heardAt: at(0), at: at(now))
                guard case .admitted(let new, let ending) = verdict else { continue }
                #expect(ending == holder && reservations.holder(of: other) == new)
                tickets.append(new)
                continue
            case 2: _ = ticket.map { reservations.connected($0) }
            case 3: _ = ticket.map { reservations.dialProved($0, peerTime: wall(now / 1_000 + 30)) }
            case 4: _ = ticket.map { reservations.activated($0) }
            default: _ = ticket.map { reservations.released($0) }
            }
            if ticket != holder { #expect(reservations == before) }
        }
        #expect(Set(tickets).count == tickets.count)
        for (earlier, later) in zip(dials, dials.dropFirst()) {
            #expect(later >= earlier.advanced(by: .seconds(10)))
        }
    }

    @Test(arguments: 0..<60, [CrossedDials.smallerKey, .firstProved])
    func `over any history of several peers each answer is that of the reference`(
        seed: UInt64, rule: CrossedDials
    ) throws {
        var random = SplitMix64(seed: seed)
        var trial = ReservationsTrial(rule: rule, configuration: try configuration(.production))
        for step in 0..<300 { try #require(trial.step(using: &random) == nil, "step \(step)") }
    }

    // MARK: Fixtures

    private let other = peer(5)

    private func wall(_ seconds: Int) -> WallTime {
        WallTime(milliseconds: UInt64(1_000_000 + seconds * 1_000))
    }

    /// Reservations in which `other` is in `state`; a live link's time is `wall(20)`.
    private func reservations(
        _ own: PeerID, in state: State, rule: CrossedDials = .smallerKey
    ) throws -> Reservations {
        var reservations = Reservations(
            own: own, configuration: try configuration(.production), crossedDials: rule)
        var random = SplitMix64(seed: 1)
        switch state {
        case .inert: return reservations
        case .connecting, .shaking, .startingDialed, .activeDialed, .confirmedDialed:
            let ticket = try reservations.dial(other, at: at(0), using: &random)
            if state == .connecting { return reservations }
            _ = reservations.connected(ticket)
            if state == .shaking { return reservations }
            _ = reservations.dialProved(ticket, peerTime: wall(20))
        case .startingAccepted, .activeAccepted, .confirmedAccepted:
            _ = reservations.inboundProved(other, synTime: wall(20), heardAt: at(0), at: at(0))
        }
        let ticket = try #require(reservations.holder(of: other))
        if state != .startingDialed && state != .startingAccepted { _ = reservations.activated(ticket) }
        if state == .confirmedDialed || state == .confirmedAccepted {
            reservations.confirmed(ticket, at: at(5))
        }
        return reservations
    }

    private func perform(_ event: Event, on reservations: inout Reservations) -> String {
        var random = SplitMix64(seed: 1)
        let ticket = reservations.holder(of: other) ?? ReservationTicket(peer: other, generation: 0)
        switch event {
        case .dial:
            do throws(DialRefusal) {
                _ = try reservations.dial(other, at: at(0), using: &random)
                return "held"
            } catch { return "\(error)" }
        case .connected: return "\(reservations.connected(ticket))"
        case .dialProved: return "\(reservations.dialProved(ticket, peerTime: wall(20)))"
        case .activated: return "\(reservations.activated(ticket))"
        case .confirmed:
            let before = reservations
            reservations.confirmed(ticket, at: at(5))
            return reservations == before ? "nothing" : "confirmed"
        case .told:
            let before = reservations
            reservations.heard(.notWanted, on: ticket, at: at(5))
            return reservations == before ? "nothing" : "told"
        case .released: return reservations.released(ticket) ? "freed" : "stale"
        case .revoke: return reservations.revoke(other) == nil ? "none" : "ends"
        case .inboundLongBefore: return inbound(at: 2, &reservations)
        case .inboundBefore: return inbound(at: 19, &reservations)
        case .inboundAfter: return inbound(at: 21, &reservations)
        case .inboundLongAfter: return inbound(at: 40, &reservations)
        case .restartedBefore: return inbound(at: 19, heardAt: at(6), &reservations)
        case .restartedAfter: return inbound(at: 21, heardAt: at(6), &reservations)
        }
    }

    private func inbound(
        at seconds: Int, heardAt: Instant = at(4), _ reservations: inout Reservations
    ) -> String {
        text(reservations.inboundProved(other, synTime: wall(seconds), heardAt: heardAt, at: at(7)))
    }

    private func text(_ verdict: InboundVerdict) -> String {
        switch verdict {
        case .admitted(_, .none): "in"
        case .admitted(_, .some): "swap"
        case .refused(let refusal): refusal.rawValue
        }
    }
}
