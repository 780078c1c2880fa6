import ConclaveCryptography
import ConclavePeersCore
import ConclavePrimitives
import ConclaveTestTrials
import ConclaveTransport
import Testing

/// A link in discovery. The local profile: gossip each 5 s, silence after 15 s, 5 s for a greeting.
@Suite struct GreetingRuleTests {
    typealias Action = LinkMachine.Action

    enum State: CaseIterable { case greeting, open, paused, blocked, closed }

    enum Event: CaseIterable {
        case greeted, greetedByAnother, greetedForged, greetedFromFuture, reflected
        case vector, peers, record, ended
        /// The alarm: before anything is due, when the greeting is, when the next vector is, at the timeout.
        case wokeEarly, wokeForGreeting, wokeLate
    }

    static let outOfTurn = [Action.close(.protocolError(.outOfTurn))]
    static let vectors: [Action] = [.sendVector, .wake(at: at(10_000))]
    static let repeated = Array(repeating: outOfTurn, count: 5)
    static let gossip: [[Action]] = [[.take], [.take], [], [.close(.shutdown)]]

    static func table() throws -> [(State, [[Action]])] {
        func wrong(_ fault: AddressRecordFault) -> [Action] {
            [.close(.protocolError(.addressRecord(fault)))]
        }
        return [
            (
                .greeting,
                [
                    [.learn(try believed()), .opened], wrong(.ofAnother), wrong(.signature),
                    wrong(.fromFuture), wrong(.ofAnother),
                    outOfTurn, outOfTurn, [], [.close(.shutdown)],
                    [.wake(at: at(5_000))], [.close(.protocolError(.noGreeting))], [.close(.silent)],
                ]
            ),
            (.open, repeated + gossip + [[.wake(at: at(5_000))], vectors, [.close(.silent)]]),
            (
                .paused,
                repeated + gossip
                    + [[.wake(at: at(5_000))], vectors, [.sendVector, .wake(at: at(20_000))]]
            ),
            (
                .blocked,
                repeated + gossip + [[.wake(at: at(5_000))], [.wake(at: at(10_000))], [.close(.silent)]]
            ),
            (.closed, Array(repeating: [], count: 12)),
        ]
    }

    @Test func `every event has its outcome in every state`() throws {
        let table = try Self.table()
        #expect(table.map(\.0) == State.allCases)
        for (state, row) in table {
            #expect(row.count == Event.allCases.count)
            for (event, expected) in zip(Event.allCases, row) {
                var link = try link(in: state)
                let actions = try perform(event, on: &link).filter { $0 != .none }
                #expect(actions == expected, "\(event) in \(state)")
                let closes = actions.contains { if case .close = $0 { true } else { false } }
                #expect(link.isOpen == (state != .closed && !closes), "\(event) in \(state)")
            }
        }
    }

    @Test(arguments: [Direction.dialed, .accepted])
    func `either side greets first, then gossips, and opens with the other's greeting`(direction: Direction)
        throws
    {
        var link = try machine(direction)
        #expect(link.woke(at: at(0)) == [.sendGreeting, .sendVector, .wake(at: at(5_000))])
        #expect(!link.takesMessages)
        #expect(link.recordReceived() == .none)
        #expect(
            link.greetingReceived(try record(2, at: 1_000), at: wall(1_000))
                == [.learn(try Self.believed()), .opened])
        #expect(link.takesMessages)
        #expect(link.woke(at: at(5_000)) == [.sendVector, .wake(at: at(10_000))])
    }

    @Test func `a greeting that is quicker than our first turn counts, and ours still goes out`() throws {
        var link = try machine(.accepted)
        #expect(link.greetingReceived(try record(2, at: 1_000), at: wall(1_000)).last == .opened)
        #expect(link.woke(at: at(0)) == [.sendGreeting, .sendVector, .wake(at: at(5_000))])
    }

    @Test func `who is not read has the whole time to greet when we read again`() throws {
        var link = try machine(.accepted)
        _ = link.woke(at: at(0))
        link.readingPaused()
        #expect(link.woke(at: at(60_000)).contains(.sendVector))
        #expect(link.readingResumed(at: at(60_000)) == .wake(at: at(65_000)))
        #expect(link.woke(at: at(64_999)).contains(.wake(at: at(65_000))))
        #expect(link.woke(at: at(65_000)) == [.close(.protocolError(.noGreeting))])
    }

    @Test func `the first vector and the first answer are free, then one of each per half period`() throws {
        var link = try link(in: .open)
        let steps: [(Int, LinkMachine.Gossip, Action)] = [
            (0, .vector, .take), (0, .peers, .take), (0, .vector, .take), (0, .peers, .take),
            (1, .vector, .readSlowly(until: at(2_500))), (2_499, .peers, .readSlowly(until: at(2_500))),
            (2_500, .peers, .take), (2_501, .vector, .take), (2_502, .peers, .readSlowly(until: at(5_000))),
            (60_000, .vector, .take), (60_000, .peers, .take),
        ]
        for (now, gossip, expected) in steps {
            let action = link.received(gossip, at: at(now))
            #expect(action == expected, "\(gossip) at \(now)")
        }
    }

    @Test func `however much gossip arrives at once, two of a kind cost work and reading pauses`() throws {
        var link = try link(in: .open)
        var taken = 0
        for _ in 0..<100_000 {
            switch link.received(.vector, at: at(1_000)) {
            case .take: taken += 1
            case .readSlowly(let until): #expect(until <= at(3_500))
            case let other: Issue.record("\(other) is not an answer to a vector")
            }
        }
        #expect(taken == 2)
    }

    @Test func `in lookup there is nobody who greets`() throws {
        var link = LinkMachine(configuration: try configuration(), direction: .accepted, at: at(0))
        #expect(link.greetingReceived(try record(2, at: 1_000), at: wall(1_000)) == Self.outOfTurn)
    }

    // MARK: Fixtures

    /// What ``record(_:at:port:namespace:)`` of key 2 at 1 s becomes.
    static func believed() throws -> BelievedRecord {
        try check().believed(try record(2, at: 1_000), at: wall(1_000))
    }

    static func check() throws -> RecordCheck {
        RecordCheck(own: try signingKey(1).publicKey, configuration: try configuration(mode: .discovery()))
    }

    private func machine(_ direction: Direction) throws -> LinkMachine {
        LinkMachine(
            configuration: try configuration(mode: .discovery()), direction: direction,
            greeting: GreetingRule(from: try signingKey(2).publicKey, check: try Self.check()), at: at(0))
    }

    private func link(in state: State) throws -> LinkMachine {
        var link = try machine(.accepted)
        _ = link.woke(at: at(0))
        if state != .greeting { _ = link.greetingReceived(try record(2, at: 1_000), at: wall(1_000)) }
        switch state {
        case .greeting, .open: break
        case .paused: link.readingPaused()
        case .blocked: link.writeBlocked(at: at(0))
        case .closed: _ = link.ended(.shutdown)
        }
        return link
    }

    private func perform(_ event: Event, on link: inout LinkMachine) throws -> [Action] {
        switch event {
        case .greeted: return link.greetingReceived(try record(2, at: 1_000), at: wall(1_000))
        case .greetedByAnother: return link.greetingReceived(try record(3, at: 1_000), at: wall(1_000))
        case .greetedForged:
            return link.greetingReceived(try record(2, at: 1_000, namespace: "OTHER"), at: wall(1_000))
        case .greetedFromFuture: return link.greetingReceived(try record(2, at: 6_001), at: wall(1_000))
        case .reflected: return link.greetingReceived(try record(1, at: 1_000), at: wall(1_000))
        case .vector: return [link.received(.vector, at: at(0))]
        case .peers: return [link.received(.peers, at: at(0))]
        case .record: return [link.recordReceived()]
        case .ended: return [link.ended(.shutdown)]
        case .wokeEarly: return link.woke(at: at(4_999))
        case .wokeForGreeting: return link.woke(at: at(5_000))
        case .wokeLate: return link.woke(at: at(15_000))
        }
    }
}
