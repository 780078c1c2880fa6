import ConclavePeersCore
import ConclavePrimitives
import ConclaveTestSockets
import ConclaveTransport
import Testing

@testable import ConclavePeers

@Suite(.timeLimit(.minutes(1))) struct SenderTests {
    /// Senders and what they reach, without links.
    private final class Reach: Sendable {
        let executor = ManualExecutor()
        let routes = Routes()
        let roster = Roster()
        let missed = MissedMessages()
        let memory: NodeMemory
        private let table = Lock(RouteTable())

        init(memory: NodeMemory = .of()) {
            self.memory = memory
        }

        func connect(_ number: Int, messagesMax: Int = 4, quota: ChannelQuota? = nil) -> (Route, Wakes) {
            let wakes = Wakes()
            let outbox = Outbox(
                messagesMax: messagesMax, bytesMax: 8 << 20, quotas: [quota], memory: memory,
                clock: executor)
            let route = Route(
                peer: peer(number), generation: 0, outbox: outbox, executor: executor, link: wakes)
            update { $0.adding(route) }
            return (route, wakes)
        }

        func disconnect(_ route: Route) {
            route.outbox.close()
            update { $0.removing(route.peer, generation: route.generation) }
        }

        func sender(messageBytesMax: Int = 100, hasQuota: Bool = false) -> Sender {
            let channel = OutgoingChannel.of(
                messageBytesMax: messageBytesMax, hasQuota: hasQuota, roster: roster, missed: missed)
            return Sender(routes: routes, channel: channel, clock: executor)
        }

        private func update(_ change: (RouteTable) -> RouteTable) {
            routes.replace(
                with: table.withLock { table in
                    table = change(table)
                    return table
                })
        }
    }

    private func queued(_ routes: [Route]) -> [Int] { routes.map(\.outbox.counts.queued) }

    @Test func `each form of recipients reaches exactly whom it names`() throws {
        let reach = Reach()
        let routes = [reach.connect(1).0, reach.connect(2).0, reach.connect(3).0]
        var sender = reach.sender()
        let all = try sender.send([1], to: .all)
        #expect(all.accepted == [peer(1), peer(2), peer(3)])
        #expect(queued(routes) == [1, 1, 1])
        let one = try sender.send([1], to: .one(peer(2)))
        #expect(one.accepted == [peer(2)])
        #expect(queued(routes) == [1, 2, 1])
        let except = try sender.send([1], to: .allExcept(peer(3)))
        #expect(except.accepted == [peer(1), peer(2)])
        #expect(queued(routes) == [2, 3, 1])
        let some = try sender.send([1], to: .some([peer(3), peer(1)]))
        #expect(some.accepted == [peer(1), peer(3)])
        #expect(queued(routes) == [3, 3, 2])
        for sent in [all, one, except, some] {
            #expect(sent.acceptedCount == sent.accepted.count)
            #expect(sent.refused.isEmpty)
        }
    }

    @Test func `who is not connected is named with that reason`() throws {
        let reach = Reach()
        _ = reach.connect(1)
        reach.roster.replace(with: [peer(1), peer(2), peer(9)])
        var sender = reach.sender()
        let sent = try sender.send([1], to: .some([peer(9), peer(1)]))
        #expect(sent.accepted == [peer(1)])
        #expect(sent.refused.map(\.peer) == [peer(9)])
        #expect(sent.refused.map(\.reason) == [.notConnected])
        #expect(try sender.send([1], to: .one(peer(9))).refused.map(\.reason) == [.notConnected])
        #expect(try sender.send([1], to: .allExcept(peer(9))).acceptedCount == 1)
        #expect(reach.missed.count == 2)
    }

    @Test func `who is in no tracked set is unknown, until one holds it`() throws {
        let reach = Reach()
        _ = reach.connect(1)
        reach.roster.replace(with: (1...9).map { peer($0) })
        var sender = reach.sender()
        let strangers = [0, 10, 99].map { peer($0) }
        let sent = try sender.send([1], to: .some(strangers + [peer(5)]))
        #expect(sent.refused.map(\.peer) == strangers + [peer(5)])
        #expect(sent.refused.map(\.reason) == [.unknown, .unknown, .unknown, .notConnected])
        reach.roster.replace(with: strangers)
        #expect(try sender.send([1], to: .one(peer(99))).refused.map(\.reason) == [.notConnected])
        #expect(try sender.send([1], to: .one(peer(5))).refused.map(\.reason) == [.unknown])
    }

    @Test func `when the node's memory is used up the floor is left, and room waits for memory`() async throws
    {
        let reach = Reach(memory: .of(budget: 1 << 20, floor: 16 << 10))
        let other = reach.connect(1, messagesMax: 1_000).0, route = reach.connect(2, messagesMax: 1_000).0
        var sender = reach.sender(messageBytesMax: 100_000)
        let page = [UInt8](repeating: 1, count: 60_000)
        while try sender.send(page, to: .one(other.peer)).acceptedCount == 1 {}
        #expect(reach.memory.budget.used > 900_000)
        #expect(try sender.send(page, to: .one(other.peer)).refused.map(\.reason) == [.overBudget])
        #expect(try sender.send(page, to: .one(route.peer)).refused.map(\.reason) == [.overBudget])
        #expect(try sender.send([1], to: .one(route.peer)).acceptedCount == 1)
        #expect(drain(route.outbox) == 1)
        #expect(try sender.send(page, to: .one(route.peer)).refused.map(\.reason) == [.overBudget])
        let waiting = Task { [sender] in
            var sender = sender
            await sender.room(for: peer(2))
        }
        #expect(drain(other.outbox) > 10)
        await waiting.value
        #expect(try sender.send(page, to: .one(route.peer)).acceptedCount == 1)
        #expect(route.outbox.books.overBudget == 2 && other.outbox.books.overBudget == 2)
    }

    @Test func `a peer that is named twice gets the message twice, and is reported twice`() throws {
        let reach = Reach()
        let (route, _) = reach.connect(1, messagesMax: 1)
        var sender = reach.sender()
        let sent = try sender.send([1], to: .some([peer(1), peer(1)]))
        #expect(sent.acceptedCount == 1)
        #expect(sent.refused.map(\.reason) == [.queueFull])
        #expect(route.outbox.counts.accepted == 1)
    }

    @Test func `without anyone connected, a broadcast is accepted for nobody`() throws {
        var sender = Reach().sender()
        let sent = try sender.send([1], to: .all)
        #expect(sent.acceptedCount == 0)
        #expect(sent.accepted.isEmpty)
        #expect(sent.refused.isEmpty)
    }

    @Test func `a full outbox refuses for its peer alone`() throws {
        let reach = Reach()
        let slow = reach.connect(1, messagesMax: 1).0, quick = reach.connect(2).0
        var sender = reach.sender()
        _ = try sender.send([1], to: .all)
        let sent = try sender.send([2], to: .all)
        #expect(sent.accepted == [peer(2)])
        #expect(sent.refused.map(\.peer) == [peer(1)])
        #expect(sent.refused.map(\.reason) == [.queueFull])
        #expect(queued([slow, quick]) == [1, 2])
    }

    @Test func `too large a message is offered to nobody`() throws {
        let reach = Reach()
        let (route, _) = reach.connect(1)
        var sender = reach.sender(messageBytesMax: 100)
        #expect(sender.messageBytesMax == 100)
        #expect(throws: SendError.messageTooLarge(bytes: 101, limit: 100)) {
            try sender.send([UInt8](repeating: 0, count: 101), to: .all)
        }
        #expect(route.outbox.counts.accepted == 0)
        #expect(try sender.send([UInt8](repeating: 0, count: 100), to: .all).acceptedCount == 1)
        #expect(try sender.send([], to: .all).acceptedCount == 1)
    }

    @Test func `the peer layer's own priority is refused, each other is taken`() throws {
        let reach = Reach()
        let (route, _) = reach.connect(1, messagesMax: 10)
        var sender = reach.sender()
        #expect(throws: SendError.reservedPriority) { try sender.send([1], to: .all, priority: .control) }
        for priority in Priority.allCases where priority != .control {
            #expect(try sender.send([1], to: .all, priority: priority).acceptedCount == 1)
        }
        #expect(route.outbox.counts.accepted == 5)
    }

    @Test func `a quota says until when, for the peer whose quota it is`() throws {
        let reach = Reach()
        _ = reach.connect(1, quota: ChannelQuota(Rate(1, per: .seconds(1))))
        _ = reach.connect(2, quota: ChannelQuota(Rate(1, per: .seconds(1))))
        var sender = reach.sender(hasQuota: true)
        let start = reach.executor.now
        _ = try sender.send([1], to: .one(peer(1)))
        let sent = try sender.send([1], to: .all)
        #expect(sent.accepted == [peer(2)])
        #expect(sent.refused.map(\.reason) == [.limited(until: start.advanced(by: .seconds(1)))])
        reach.executor.advance(by: .seconds(1))
        #expect(try sender.send([1], to: .all).acceptedCount == 2)
    }

    @Test func `a sender sees routes that come, go and change`() throws {
        let reach = Reach()
        var sender = reach.sender()
        #expect(sender.connected().isEmpty)
        let first = reach.connect(1).0
        #expect(sender.connected() == [peer(1)])
        #expect(try sender.send([1], to: .one(peer(1))).acceptedCount == 1)
        // A peer with a smaller key moves the places of all others.
        let smaller = reach.connect(0).0
        #expect(try sender.send([1], to: .one(peer(1))).acceptedCount == 1)
        #expect(queued([first, smaller]) == [2, 0])
        reach.disconnect(first)
        reach.roster.replace(with: [peer(1)])
        #expect(try sender.send([1], to: .one(peer(1))).refused.map(\.reason) == [.notConnected])
        #expect(sender.connected() == [peer(0)])
        let again = reach.connect(1).0
        #expect(try sender.send([1], to: .one(peer(1))).acceptedCount == 1)
        #expect(queued([first, again]) == [2, 1])
    }

    @Test func `copies of a sender go their own ways to the same outboxes`() throws {
        let reach = Reach()
        let (route, _) = reach.connect(1)
        var one = reach.sender()
        var other = one
        _ = try one.send([1], to: .all)
        _ = try other.send([1], to: .all)
        #expect(route.outbox.counts.accepted == 2)
    }

    @Test func `a link is scheduled once for many messages`() throws {
        let reach = Reach()
        let (route, wakes) = reach.connect(1)
        var sender = reach.sender()
        for _ in 0..<3 { _ = try sender.send([1], to: .all) }
        reach.executor.run()
        #expect(wakes.count == 1)
        #expect(drain(route.outbox) == 3)
        _ = try sender.send([1], to: .all)
        reach.executor.run()
        #expect(wakes.count == 2)
    }

    @Test func `a caller decides by the reason what becomes of a message that was not accepted`() async throws
    {
        let reach = Reach()
        let slow = reach.connect(1, messagesMax: 1).0
        _ = reach.connect(2, quota: ChannelQuota(Rate(1, per: .seconds(1))))
        let proposer = reach.connect(3).0.peer
        var sender = reach.sender(hasQuota: true)
        _ = try sender.send([0], to: .all)
        _ = drain(slow.outbox)
        _ = try sender.send([0], to: .one(slow.peer))
        async let drained = drain(slow.outbox)

        let block: [UInt8] = [1], isCurrent = true
        var late: [PeerID: Instant] = [:]
        let sent = try sender.send(block, to: .allExcept(proposer), priority: .critical)
        for (peer, reason) in sent.refused {
            switch reason {
            case .notConnected, .unknown, .notTaken: break  // it asks for what it missed when it is back
            case .limited(let until): late[peer] = until
            case .queueFull where isCurrent, .overBudget where isCurrent:
                await sender.room(for: peer)
                _ = try sender.send(block, to: .one(peer), priority: .critical)
            case .queueFull, .overBudget: break
            }
        }
        #expect(await drained == 1)
        #expect(late.keys.sorted() == [peer(2)])
    }

    @Test func `room is there at once for who is not connected or not full`() async throws {
        let reach = Reach()
        _ = reach.connect(1)
        var sender = reach.sender()
        await sender.room(for: peer(9))
        await sender.room(for: peer(1))
    }
}
