import ConclavePeersCore
import ConclavePrimitives
import ConclaveTestTrials
import Testing

@Suite struct DialScheduleTests {
    @Test func `with nobody missing it asks for nothing`() throws {
        var node = try Node(.local, primary: [])
        #expect(node.next(at: at(0)) == .idle)
        try node.track(primary: [0])
        #expect(node.next(at: at(0)) == .idle)
    }

    @Test func `secondary peers, blocked ones and ourselves are never dialled`() throws {
        var node = try Node(.local, primary: Array(0...4), secondary: [5, 6])
        node.block(4, at: at(0))
        var dialed = Set<PeerID>()
        node.run(from: 0, to: 5_000) { peer, _ in
            dialed.insert(peer)
            return .fails
        }
        #expect(dialed == Set((1...3).map(peer)))
    }

    @Test func `who was blocked is dialled when the block expires`() throws {
        var node = try Node(.local, primary: Array(0...3))
        node.block(3, at: at(0))
        node.run(from: 0, to: 5_000) { _, _ in .connects }
        #expect(node.next(at: at(5_000)) == .wait(until: at(3_600_000)))
        #expect(node.next(at: at(3_600_000)) == .dial(peer(3)))
    }

    @Test func `each peer is tried once per cooldown, and again and again`() throws {
        var node = try Node(.production, primary: Array(0...7))
        var attempts: [PeerID: [Instant]] = [:]
        node.run(from: 0, to: 100_000) { peer, now in
            attempts[peer, default: []].append(now)
            return .fails
        }
        #expect(attempts.count == 7)
        for (_, times) in attempts {
            // 10 to 12.5 s of cooldown and up to one second to the next round.
            #expect((7...10).contains(times.count))
            for (earlier, later) in zip(times, times.dropFirst()) {
                #expect(later >= earlier.advanced(by: .seconds(10)))
            }
        }
    }

    @Test
    func
        `in production at most 100 attempts leave in a second, and a large set is gone through at that pace`()
        throws
    {
        var node = try Node(.production, primary: Array(0...500))
        var times: [Instant] = []
        node.run(from: 0, to: 6_000) { _, now in
            times.append(now)
            return .connects
        }
        #expect(times.count == 500)
        for (earlier, later) in zip(times, times.dropFirst(100)) {
            #expect(later >= earlier.advanced(by: .seconds(1)))
        }
        #expect(try #require(times.last) <= at(5_100))
        #expect(node.next(at: at(6_000)) == .idle)
    }

    @Test func `who went missing is dialled when the next round may begin, not later`() throws {
        var node = try Node(.production, primary: Array(0...3))
        node.run(from: 0, to: 30_000) { _, _ in .connects }
        #expect(node.next(at: at(30_000)) == .idle)
        node.lose(2)
        #expect(node.next(at: at(30_000)) == .dial(peer(2)))
    }

    @Test func `rounds begin a dial frequency apart`() throws {
        var node = try Node(.production, primary: [0, 1])
        #expect(node.next(at: at(0)) == .dial(peer(1)))
        node.dial(1, at: at(0), then: .connects)
        try node.track(primary: [0, 1, 2])
        #expect(node.next(at: at(100)) == .wait(until: at(1_000)))
        #expect(node.next(at: at(1_000)) == .dial(peer(2)))
    }

    @Test func `it waits until a round may begin, then until exactly when somebody is due`() throws {
        var node = try Node(.production, primary: [0, 1])
        #expect(node.next(at: at(0)) == .dial(peer(1)))
        node.dial(1, at: at(0), then: .fails)
        #expect(node.next(at: at(5)) == .wait(until: at(10)))
        #expect(node.next(at: at(10)) == .wait(until: at(1_000)))
        guard case .wait(let due) = node.next(at: at(1_000)) else { return #expect(Bool(false)) }
        #expect(due >= at(10_000) && due < at(12_500))
        #expect(node.next(at: due.advanced(by: .nanoseconds(-1))) == .wait(until: due))
        #expect(node.next(at: due) == .dial(peer(1)))
    }

    @Test func `who was freed and is secondary is not waited for, but dialled once primary`() throws {
        var node = try Node(.production, primary: [0, 1], secondary: [2])
        #expect(node.next(at: at(0)) == .dial(peer(1)))
        node.dial(1, at: at(0), then: .connects)
        node.accept(2, at: at(0))
        node.lose(2)
        #expect(node.next(at: at(2_000)) == .idle)
        try node.track(primary: [0, 1, 2])
        #expect(node.next(at: at(2_000)) == .dial(peer(2)))
    }

    @Test func `each round has an order of its own`() throws {
        var node = try Node(.production, primary: Array(0...20))
        var orders = Set<[PeerID]>()
        for start in stride(from: 0, to: 1_000_000, by: 100_000) {
            var order: [PeerID] = []
            node.run(from: start, to: start + 50_000) { peer, _ in
                order.append(peer)
                return .connects
            }
            #expect(order.sorted() == (1...20).map(peer))
            orders.insert(order)
            for number in 1...20 { node.lose(number) }
        }
        #expect(orders.count == 10)
    }

    @Test func `the same generator gives the same order`() throws {
        var orders: [[PeerID]] = []
        for _ in 0..<2 {
            var node = try Node(.local, primary: Array(0...50)), order: [PeerID] = []
            node.run(from: 0, to: 2_000) { peer, _ in
                order.append(peer)
                return .fails
            }
            orders.append(order)
        }
        #expect(orders[0] == orders[1] && orders[0].count > 100)
    }

    @Test func `who left, was connected or became secondary since the round was filled is passed over`()
        throws
    {
        var node = try Node(.local, primary: Array(0...40), sets: 1)
        guard case .dial(let first) = node.next(at: at(0)) else { return #expect(Bool(false)) }
        node.dial(first, at: at(0), then: .connects)
        try node.track(primary: [7], secondary: [8])
        var dialed = Set<PeerID>()
        node.run(from: 1, to: 5_000) { peer, _ in
            dialed.insert(peer)
            return .fails
        }
        #expect(dialed.subtracting([peer(7)]).isEmpty)
    }

    @Test func `a clock that jumps back delays nobody by more than a round`() throws {
        var node = try Node(.production, primary: [0, 1])
        #expect(node.next(at: at(1_000_000)) == .dial(peer(1)))
        guard case .wait(let until) = node.next(at: at(0)) else { return #expect(Bool(false)) }
        #expect(until <= at(10))
        #expect(node.next(at: at(1_000)) == .dial(peer(1)))
    }

    @Test func `when time stands still it does not spin`() throws {
        var node = try Node(.production, primary: Array(0...10))
        guard case .dial(let first) = node.next(at: .distantFuture) else { return #expect(Bool(false)) }
        node.dial(first, at: .distantFuture, then: .fails)
        // Nothing can be later than the end of time, so everyone is tried once and then nobody is due.
        var attempts = 1
        while case .dial(let next) = node.next(at: .distantFuture), attempts < 1_000 {
            attempts += 1
            node.dial(next, at: .distantFuture, then: .connects)
        }
        #expect(attempts <= 11)
    }
}

/// A directory, reservations and a schedule, with peers that answer a dial in a given way.
private struct Node {
    enum Answer { case fails, connects }

    private var directory: Directory
    private var reservations: Reservations
    private var schedule: DialSchedule
    private var random = SplitMix64(seed: 3)
    private var index: UInt64 = 0

    init(_ profile: Profile, primary: [Int], secondary: [Int] = [], sets: Int = 4) throws {
        var profile = profile
        profile.trackedPeerSets = sets
        let configuration = try configuration(profile)
        directory = Directory(
            own: peer(0), configuration: configuration, addresses: LookupAddresses(check: .exact))
        reservations = Reservations(own: peer(0), configuration: configuration)
        schedule = DialSchedule(configuration: configuration)
        try track(primary: primary, secondary: secondary)
    }

    mutating func track(primary: [Int], secondary: [Int] = []) throws {
        index += 1
        let set = try PeerSet(primary: primary.map { member($0) }, secondary: secondary.map { member($0) })
        for lost in try directory.track(index, set, at: at(0)).lostAuthorisation {
            _ = reservations.revoke(lost)
        }
        schedule.directoryChanged()
    }

    mutating func block(_ number: Int, at now: Instant) {
        _ = directory.block(peer(number), for: .seconds(3_600), at: now)
    }

    mutating func next(at now: Instant) -> DialSchedule.Turn {
        schedule.next(of: directory, reservations, at: now, using: &random)
    }

    mutating func dial(_ number: Int, at now: Instant, then answer: Answer) {
        dial(peer(number), at: now, then: answer)
    }

    mutating func dial(_ peer: PeerID, at now: Instant, then answer: Answer) {
        guard let ticket = try? reservations.dial(peer, at: now, using: &random) else {
            Issue.record("the schedule named a peer that must not be dialled")
            return
        }
        switch answer {
        case .fails: release(ticket)
        case .connects:
            _ = reservations.connected(ticket)
            _ = reservations.dialProved(ticket, peerTime: WallTime(milliseconds: 1))
            _ = reservations.activated(ticket)
        }
    }

    mutating func accept(_ number: Int, at now: Instant) {
        _ = reservations.inboundProved(
            peer(number), synTime: WallTime(milliseconds: 1), heardAt: now, at: now)
    }

    mutating func lose(_ number: Int) {
        if let ticket = reservations.holder(of: peer(number)) { release(ticket) }
    }

    private mutating func release(_ ticket: ReservationTicket) {
        if reservations.released(ticket) { schedule.freed(ticket.peer) }
    }

    /// Asks when told to, and dials whom it names.
    mutating func run(from start: Int, to end: Int, _ answer: (PeerID, Instant) -> Answer) {
        var now = at(start)
        while now < at(end) {
            switch next(at: now) {
            case .dial(let peer): dial(peer, at: now, then: answer(peer, now))
            case .wait(let until):
                guard until > now else {
                    Issue.record("asked to wait for the past")
                    return
                }
                now = until
            case .idle: return
            }
        }
    }
}
