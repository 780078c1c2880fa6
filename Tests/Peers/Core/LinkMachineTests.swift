import ConclavePeersCore
import ConclavePrimitives
import ConclaveTestTrials
import ConclaveTransport
import Testing

@Suite struct LinkMachineTests {
    typealias Action = LinkMachine.Action

    // The local profile: a ping each 5 s, silence after 15 s.

    enum State: CaseIterable { case open, paused, blocked, closed }

    enum Event: CaseIterable {
        case heard, ping, paused, resumed, blocked, progressed, drained, ended
        /// The alarm: before anything is due, at the first ping, at the first timeout.
        case wokeEarly, wokeForPing, wokeLate
    }

    static let pings: [Action] = [.sendPing, .wake(at: at(10_000))]
    static let early: [Action] = [.wake(at: at(5_000))]
    static let table: [(State, [[Action]])] = [
        (.open, none(7) + [[.close(.shutdown)], early, pings, [.close(.silent)]]),
        (.paused, none(7) + [[.close(.shutdown)], early, pings, [.sendPing, .wake(at: at(20_000))]]),
        (.blocked, none(7) + [[.close(.shutdown)], early, [.wake(at: at(10_000))], [.close(.silent)]]),
        (.closed, none(11)),
    ]

    @Test func `every event has its outcome in every state`() throws {
        #expect(Self.table.map(\.0) == State.allCases)
        for (state, row) in Self.table {
            #expect(row.count == Event.allCases.count)
            for (event, expected) in zip(Event.allCases, row) {
                var link = try link(in: state)
                let actions = perform(event, on: &link).filter { $0 != .none }
                #expect(actions == expected, "\(event) in \(state)")
                #expect(
                    link.isOpen
                        == (state != .closed
                            && !actions.contains { if case .close = $0 { true } else { false } }))
            }
        }
    }

    @Test func `a link that we dialled opens with the first record, once`() throws {
        var link = LinkMachine(configuration: try configuration(.local), direction: .dialed, at: at(0))
        #expect(link.woke(at: at(0)) == [.sendPing, .wake(at: at(1_000))])
        #expect(link.recordReceived() == .opened)
        #expect(link.recordReceived() == .none)
        #expect(link.woke(at: at(1_000)) == [.wake(at: at(5_000))])
    }

    @Test func `a link that we dialled opens after a second although the peer says nothing`() throws {
        var link = LinkMachine(configuration: try configuration(.local), direction: .dialed, at: at(0))
        #expect(link.woke(at: at(999)) == [.sendPing, .wake(at: at(1_000))])
        #expect(link.woke(at: at(1_000)) == [.opened, .wake(at: at(5_999))])
        #expect(link.recordReceived() == .none)
    }

    @Test func `a link that ended before it opened never opens`() throws {
        var link = LinkMachine(configuration: try configuration(.local), direction: .dialed, at: at(0))
        #expect(link.ended(.endOfStream) == .close(.endOfStream))
        #expect(link.recordReceived() == .none)
        #expect(link.woke(at: at(5_000)) == [])
    }

    @Test func `a link that hears something pings for ever`() throws {
        var link = try link(in: .open)
        var pings = 0
        for second in stride(from: 0, to: 3_600, by: 5) {
            let actions = link.woke(at: at(second * 1_000))
            if actions.contains(.sendPing) { pings += 1 }
            #expect(link.isOpen)
            link.heard(at: at(second * 1_000 + 3_000))
        }
        #expect(pings == 3_600 / 5 - 1)
    }

    @Test func `silence is measured from the last byte and ends the link at the timeout, not before`() throws
    {
        var link = try link(in: .open)
        link.heard(at: at(2_000))
        #expect(follow(&link, from: 0) == Ending(at: at(17_000), reason: .silent))
    }

    @Test func `while we do not read the peer is not silent, and it has the whole timeout afterwards`() throws
    {
        var link = try link(in: .paused)
        #expect(follow(&link, from: 0, until: 600_000) == nil)
        #expect(link.readingResumed(at: at(600_000)) == .none)
        #expect(follow(&link, from: 600_000) == Ending(at: at(615_000), reason: .silent))
    }

    @Test func `a write without progress ends the link although the peer talks`() throws {
        var link = try link(in: .open)
        link.writeBlocked(at: at(3_000))
        link.writeBlocked(at: at(8_000))
        link.writeProgressed(at: at(9_000))
        #expect(follow(&link, from: 0) { $0.heard(at: $1) } == Ending(at: at(24_000), reason: .writeStalled))
    }

    @Test func `a write that drained, or only moved, does not stall`() throws {
        var link = try link(in: .blocked)
        link.writeDrained()
        link.writeProgressed(at: at(100))
        #expect(follow(&link, from: 0, until: 100_000) { $0.heard(at: $1) } == nil)
        link.writeBlocked(at: at(100_000))
        #expect(
            follow(&link, from: 100_000, until: 300_000) { link, now in
                link.heard(at: now)
                link.writeProgressed(at: now)
            } == nil)
    }

    @Test func `no pings pile up behind a write that is stuck`() throws {
        var link = try link(in: .blocked)
        for second in [5, 10] {
            link.heard(at: at(second * 1_000))
            #expect(!link.woke(at: at(second * 1_000)).contains(.sendPing))
        }
    }

    @Test func `after a long sleep one ping is sent, not one for each that was missed`() throws {
        var link = try link(in: .open)
        link.heard(at: at(99_000))
        let actions = link.woke(at: at(100_000))
        #expect(actions == [.sendPing, .wake(at: at(105_000))])
    }

    @Test func `the first ping is free, then one per half period`() throws {
        var link = try link(in: .open)
        let steps: [(Int, Action)] = [
            (0, .none), (0, .none), (1, .readSlowly(until: at(2_500))),
            (2_499, .readSlowly(until: at(2_500))),
            (2_500, .none), (2_501, .readSlowly(until: at(5_000))), (60_000, .none), (62_500, .none),
        ]
        for (now, expected) in steps {
            let action = link.pingReceived(at: at(now))
            #expect(action == expected, "at \(now)")
        }
    }

    @Test func `however many pings arrive at once, reading pauses for half a period at most`() throws {
        var link = try link(in: .open)
        for _ in 0..<100_000 {
            switch link.pingReceived(at: at(1_000)) {
            case .none: break
            case .readSlowly(let until): #expect(until <= at(3_500))
            case .sendHello, .sendPing, .sendPong, .sendPadding, .sendGreeting, .sendVector, .learn, .take,
                .opened, .wake, .close:
                Issue.record("not an answer to a ping")
            }
        }
    }

    @Test func `the first reason counts and nothing comes after it`() throws {
        var link = try link(in: .open)
        let fault = CloseReason.protocolError(.forgedRecord)
        let actions = [link.ended(fault), link.ended(.shutdown), link.pingReceived(at: at(0))]
        #expect(actions == [.close(fault), .none, .none])
        #expect(link.woke(at: at(60_000)).isEmpty)
    }

    @Test func `a clock that jumps back does no harm`() throws {
        var link = try link(in: .open, at: at(50_000))
        link.heard(at: at(60_000))
        link.heard(at: at(1_000))
        _ = link.pingReceived(at: at(60_000))
        _ = link.pingReceived(at: at(60_000))
        #expect(link.pingReceived(at: at(0)) == .readSlowly(until: at(2_500)))
        #expect(link.woke(at: at(0)) == [.wake(at: at(55_000))])
        #expect(link.isOpen)
    }

    @Test func `the end of time does not trap`() throws {
        let local = try configuration(.local)
        var link = LinkMachine(configuration: local, direction: .dialed, at: .distantFuture)
        link.writeBlocked(at: .distantFuture)
        _ = link.pingReceived(at: .distantFuture)
        _ = link.woke(at: .distantFuture)
    }

    @Test(arguments: 0..<200)
    func `over random histories a link closes when and only when a deadline of the plain rules has passed`(
        seed: UInt64
    ) throws {
        var random = SplitMix64(seed: seed)
        var link = try link(in: .open)
        var heard: Int? = 0, stuck: Int?, now = 0
        while link.isOpen, now < 400_000 {
            now += Int.random(in: 0...6_000, using: &random)
            switch Int.random(in: 0..<8, using: &random) {
            case 0, 1:
                link.heard(at: at(now))
                if heard != nil { heard = now }
            case 2:
                link.readingPaused()
                heard = nil
            case 3:
                #expect(link.readingResumed(at: at(now)) == .none)
                heard = now
            case 4:
                link.writeBlocked(at: at(now))
                stuck = stuck ?? now
            case 5:
                link.writeProgressed(at: at(now))
                if stuck != nil { stuck = now }
            case 6:
                link.writeDrained()
                stuck = nil
            default:
                let isSilent = heard.map { now >= $0 + 15_000 } ?? false
                let isStalled = stuck.map { now >= $0 + 15_000 } ?? false
                let actions = link.woke(at: at(now))
                #expect(link.isOpen == !(isSilent || isStalled))
                if isSilent { #expect(actions == [.close(.silent)]) }
                if isStalled && !isSilent { #expect(actions == [.close(.writeStalled)]) }
            }
        }
    }

    // MARK: Fixtures

    struct Ending: Equatable {
        let at: Instant
        let reason: CloseReason
    }

    private static func none(_ count: Int) -> [[Action]] { Array(repeating: [], count: count) }

    private func link(in state: State, at now: Instant = at(0)) throws -> LinkMachine {
        var link = LinkMachine(configuration: try configuration(.local), direction: .accepted, at: now)
        #expect(link.woke(at: now) == [.opened, .sendPing, .wake(at: now.advanced(by: .seconds(5)))])
        switch state {
        case .open: break
        case .paused: link.readingPaused()
        case .blocked: link.writeBlocked(at: now)
        case .closed: _ = link.ended(.shutdown)
        }
        return link
    }

    private func perform(_ event: Event, on link: inout LinkMachine) -> [Action] {
        switch event {
        case .heard: link.heard(at: at(0))
        case .ping: return [link.pingReceived(at: at(0))]
        case .paused: link.readingPaused()
        case .resumed: return [link.readingResumed(at: at(0))]
        case .blocked: link.writeBlocked(at: at(0))
        case .progressed: link.writeProgressed(at: at(0))
        case .drained: link.writeDrained()
        case .ended: return [link.ended(.shutdown)]
        case .wokeEarly: return link.woke(at: at(4_999))
        case .wokeForPing: return link.woke(at: at(5_000))
        case .wokeLate: return link.woke(at: at(15_000))
        }
        return []
    }

    /// Rings each alarm at its time, as the shell does, and says when and why the link closed.
    private func follow(
        _ link: inout LinkMachine, from start: Int, until end: Int = 1_000_000,
        each: (inout LinkMachine, Instant) -> Void = { _, _ in }
    ) -> Ending? {
        var now = at(start)
        while now <= at(end) {
            each(&link, now)
            for action in link.woke(at: now) {
                switch action {
                case .wake(let instant): now = instant
                case .close(let reason): return Ending(at: now, reason: reason)
                case .none, .sendHello, .sendPing, .sendPong, .sendPadding, .sendGreeting, .sendVector,
                    .learn, .take, .opened, .readSlowly:
                    break
                }
            }
        }
        return nil
    }
}
