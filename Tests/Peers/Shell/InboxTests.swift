import ConclavePeersCore
import ConclavePrimitives
import ConclaveTransport
import Testing

@testable import ConclavePeers

@Suite(.timeLimit(.minutes(1))) struct InboxTests {
    /// An inbox with lanes of 4 messages and 8,000 bytes.
    private func inbox(
        messages: Int = 4, bytes: Int = 8_000, _ overflow: ChannelOptions.Overflow = .dropNewest
    ) -> Inbox {
        Inbox(messagesMax: messages, bytesMax: bytes, overflow: overflow)
    }

    private func take(_ inbox: Inbox) async -> [Batch] {
        var batches: [Batch] = []
        await inbox.next(into: &batches)
        return batches
    }

    /// What so many takes bring.
    private func take(_ inbox: Inbox, times: Int) async -> [Batch] {
        var batches: [Batch] = []
        for _ in 0..<times { batches += await take(inbox) }
        return batches
    }

    private func dropped(_ answer: InboxLanes.Answer) -> Int {
        if case .dropped(let count) = answer { count } else { 0 }
    }

    private func isPause(_ answer: InboxLanes.Answer) -> Bool {
        if case .pause = answer { true } else { false }
    }

    // MARK: Order

    @Test func `what one peer sends arrives in order, and is counted`() async {
        let inbox = inbox()
        let lane = inbox.lane(for: peer(1), owner: Owner())
        _ = inbox.offer(batch(from: peer(1), [[1], [2]]), lane: lane)
        _ = inbox.offer(batch(from: peer(1), [[3]]), lane: lane)
        #expect(inbox.counts == (0, 3))
        #expect(contents(await take(inbox)) == [[1], [2], [3]])
        #expect(inbox.counts == (3, 0))
    }

    @Test func `a reader that waits is woken by the first message`() async {
        let inbox = inbox()
        let lane = inbox.lane(for: peer(1), owner: Owner())
        async let waiting = take(inbox)
        _ = inbox.offer(batch(from: peer(1), [[1]]), lane: lane)
        #expect(contents(await waiting) == [[1]])
    }

    // MARK: Fairness

    @Test func `who floods is served a quantum, then who is quiet has a turn`() async {
        let inbox = Inbox(messagesMax: 1_000, bytesMax: 8 << 20, quantum: 65_536, overflow: .dropNewest)
        let loud = inbox.lane(for: peer(1), owner: Owner())
        let quiet = inbox.lane(for: peer(2), owner: Owner())
        let page = [[UInt8](repeating: 7, count: 4_000)]
        for _ in 0..<500 { _ = inbox.offer(batch(from: peer(1), page), lane: loud) }
        _ = inbox.offer(batch(from: peer(2), [[2]]), lane: quiet)

        let turn = await take(inbox, times: 2)
        #expect(turn.firstIndex { $0.peer == peer(2) } == 17)
        #expect(inbox.counts == (UInt64(turn.count), 501 - turn.count))
    }

    @Test func `two peers that flood get the same share in bytes, whatever their messages' sizes`() async {
        let inbox = Inbox(messagesMax: 10_000, bytesMax: 16 << 20, quantum: 65_536, overflow: .dropNewest)
        let small = inbox.lane(for: peer(1), owner: Owner())
        let large = inbox.lane(for: peer(2), owner: Owner())
        let tiny = [[UInt8]](repeating: [UInt8](repeating: 1, count: 40), count: 25)
        for _ in 0..<400 { _ = inbox.offer(batch(from: peer(1), tiny), lane: small) }
        let page = [[UInt8](repeating: 2, count: 4_000)]
        for _ in 0..<400 { _ = inbox.offer(batch(from: peer(2), page), lane: large) }
        var served = [peer(1): 0, peer(2): 0]
        for _ in 0..<10 {
            for batch in await take(inbox) { served[batch.peer, default: 0] += batch.byteCount }
        }
        #expect(abs((served[peer(1)] ?? 0) - (served[peer(2)] ?? 0)) < 3 * 65_536)
        #expect((served[peer(1)] ?? 0) > 65_536)
    }

    @Test func `a lane that was filled first is not served for ever`() async {
        let inbox = Inbox(messagesMax: 1_000, bytesMax: 8 << 20, quantum: 1_000, overflow: .dropNewest)
        let lanes = (1...3).map { inbox.lane(for: peer($0), owner: Owner()) }
        for _ in 0..<2 {
            for number in 1...3 {
                let page = [[UInt8](repeating: UInt8(number), count: 1_000)]
                _ = inbox.offer(batch(from: peer(number), page), lane: lanes[number - 1])
            }
        }
        #expect(await take(inbox, times: 4).map(\.peer) == [1, 2, 3, 1, 2, 3].map { peer($0) })
    }

    // MARK: A full lane

    @Test func `a full lane drops what is new, counts it, and touches no other lane`() async {
        let inbox = inbox()
        let full = inbox.lane(for: peer(1), owner: Owner())
        let other = inbox.lane(for: peer(2), owner: Owner())
        for number in 1...4 {
            #expect(dropped(inbox.offer(batch(from: peer(1), [[UInt8(number)]]), lane: full)) == 0)
        }
        #expect(dropped(inbox.offer(batch(from: peer(1), [[5]]), lane: full)) == 1)
        #expect(dropped(inbox.offer(batch(from: peer(2), [[9]]), lane: other)) == 0)
        #expect(contents(await take(inbox)) == [[1], [2], [3], [4], [9]])
        #expect(dropped(inbox.offer(batch(from: peer(1), [[6]]), lane: full)) == 0)
    }

    @Test func `of a read that fits in part, the part that fits is kept`() async {
        let inbox = inbox()
        let lane = inbox.lane(for: peer(1), owner: Owner())
        _ = inbox.offer(batch(from: peer(1), [[1]]), lane: lane)
        let answer = inbox.offer(batch(from: peer(1), [[2], [3], [4], [5], [6]]), lane: lane)
        #expect(dropped(answer) == 2)
        #expect(inbox.counts.queued == 4)
        #expect(contents(await take(inbox)) == [[1], [2], [3], [4]])
    }

    @Test func `an empty lane takes a backlog's worth of any read`() async {
        let inbox = inbox(messages: 1)
        let lane = inbox.lane(for: peer(1), owner: Owner())
        #expect(dropped(inbox.offer(batch(from: peer(1), [[1], [2], [3]]), lane: lane)) == 2)
        #expect(contents(await take(inbox)) == [[1]])
    }

    @Test func `a lane is charged the memory that messages pin`() async {
        let inbox = inbox(messages: 100)
        let lane = inbox.lane(for: peer(1), owner: Owner())
        let page = [UInt8](repeating: 1, count: 3_900)
        #expect(dropped(inbox.offer(batch(from: peer(1), [page]), lane: lane)) == 0)
        #expect(dropped(inbox.offer(batch(from: peer(1), [page]), lane: lane)) == 0)
        #expect(dropped(inbox.offer(batch(from: peer(1), [page]), lane: lane)) == 1)
    }

    @Test func `a message that pins more than a lane holds is taken by an empty lane alone`() async {
        let inbox = inbox(bytes: 4_096)
        let lane = inbox.lane(for: peer(1), owner: Owner())
        let large = batch(from: peer(1), [[UInt8](repeating: 1, count: 4_096)])
        #expect(large.pinnedBytes > 4_096)
        #expect(dropped(inbox.offer(large, lane: lane)) == 0)
        #expect(dropped(inbox.offer(large, lane: lane)) == 1)
        #expect(await take(inbox).count == 1)
    }

    @Test func `a lane that pauses keeps what was read, pauses once, and resumes when it is half empty`()
        async
    {
        let inbox = inbox(.pauseReading)
        let owner = Owner()
        let lane = inbox.lane(for: peer(1), owner: owner)
        #expect(!isPause(inbox.offer(batch(from: peer(1), [[1], [2], [3]]), lane: lane)))
        #expect(isPause(inbox.offer(batch(from: peer(1), [[4], [5]]), lane: lane)))
        #expect(!isPause(inbox.offer(batch(from: peer(1), [[6]]), lane: lane)))
        #expect(owner.resumed == 0)
        #expect(contents(await take(inbox)) == [[1], [2], [3], [4], [5], [6]])
        #expect(owner.resumed == 1)
        #expect(isPause(inbox.offer(batch(from: peer(1), [[1], [2], [3], [4], [5]]), lane: lane)))
    }

    @Test func `a paused lane that is more than half full does not resume`() async {
        let inbox = inbox(messages: 100, bytes: 1 << 20, .pauseReading)
        let owner = Owner()
        let lane = inbox.lane(for: peer(1), owner: owner)
        for _ in 0..<120 { _ = inbox.offer(batch(from: peer(1), [[1]]), lane: lane) }
        let taken = await take(inbox).count
        #expect(inbox.counts.queued == 120 - taken)
        #expect(taken < 70 && owner.resumed == 0)
        _ = await take(inbox)
        #expect(owner.resumed == 1)
    }

    // MARK: Links come and go

    @Test func `a lane is used again once its messages are read`() async {
        let inbox = inbox()
        let first = Owner(), second = Owner()
        let lane = inbox.lane(for: peer(1), owner: first)
        _ = inbox.offer(batch(from: peer(1), [[1]]), lane: lane)
        inbox.closeLane(lane, owner: first)
        #expect(inbox.lane(for: peer(2), owner: second) != lane)
        #expect(contents(await take(inbox)) == [[1]])
        #expect(inbox.lane(for: peer(3), owner: Owner()) == lane)
    }

    @Test func `a peer that comes back goes on in its lane, behind what still waits`() async {
        let inbox = inbox()
        let first = Owner()
        let lane = inbox.lane(for: peer(1), owner: first)
        _ = inbox.offer(batch(from: peer(1), [[1]]), lane: lane)
        inbox.closeLane(lane, owner: first)
        let again = inbox.lane(for: peer(1), owner: Owner())
        #expect(again == lane)
        _ = inbox.offer(batch(from: peer(1), [[2]]), lane: again)
        #expect(contents(await take(inbox)) == [[1], [2]])
        #expect(inbox.lane(for: peer(2), owner: Owner()) != lane)
    }

    @Test func `a link that ends after its successor opened leaves the lane alone`() async {
        let inbox = inbox()
        let first = Owner(), second = Owner()
        let lane = inbox.lane(for: peer(1), owner: first)
        let again = inbox.lane(for: peer(1), owner: second)
        #expect(again == lane)
        inbox.closeLane(lane, owner: first)
        _ = inbox.offer(batch(from: peer(1), [[1]]), lane: again)
        #expect(contents(await take(inbox)) == [[1]])
        #expect(inbox.lane(for: peer(2), owner: Owner()) != lane)
    }

    @Test func `what a link still brings after its successor opened, or after the lane went, is dropped`()
        async
    {
        let inbox = inbox()
        let first = Owner(), second = Owner()
        let lane = inbox.lane(for: peer(1), owner: first)
        let again = inbox.lane(for: peer(1), owner: second)
        #expect(dropped(inbox.offer(batch(from: peer(1), [[1], [2]]), lane: lane)) == 2)
        inbox.closeLane(again, owner: second)
        #expect(dropped(inbox.offer(batch(from: peer(1), [[3]]), lane: lane)) == 1)
        #expect(inbox.lane(for: peer(2), owner: Owner()) != inbox.lane(for: peer(3), owner: Owner()))
    }

    @Test func `a link that takes over a full lane begins paused and is told once when there is room`() async
    {
        let inbox = inbox(.pauseReading)
        let first = Owner(), second = Owner()
        let lane = inbox.lane(for: peer(1), owner: first)
        #expect(isPause(inbox.offer(batch(from: peer(1), [[1], [2], [3], [4], [5]]), lane: lane)))
        let again = inbox.lane(for: peer(1), owner: second)
        #expect(again.isPaused)
        inbox.closeLane(lane, owner: first)
        _ = await take(inbox)
        #expect(first.resumed == 0)
        #expect(second.resumed == 1)
    }

    @Test func `neighbours in one read are charged once`() async {
        let inbox = inbox(messages: 100, bytes: 70_000)
        let lane = inbox.lane(for: peer(1), owner: Owner())
        let whole = batch(from: peer(1), [[UInt8](repeating: 1, count: 30_000), [2], [3]])
        let parts = (1...3).map { whole.first($0) }
        for part in parts { #expect(dropped(inbox.offer(part, lane: lane)) == 0) }
    }

    @Test func `a link that was replaced and opens after its successor gets nothing`() async {
        let inbox = inbox(.pauseReading)
        let newer = Owner(generation: 8), older = Owner(generation: 7)
        let lane = inbox.lane(for: peer(1), owner: newer)
        let late = inbox.lane(for: peer(1), owner: older)
        #expect(late == lane && !late.isPaused)
        #expect(inbox.offer(batch(from: peer(1), [[1]]), lane: lane) == .taken)
        #expect(dropped(inbox.offer(batch(from: peer(1), [[2]]), lane: late)) == 1)
        inbox.closeLane(late, owner: older)
        #expect(inbox.offer(batch(from: peer(1), [[3]]), lane: lane) == .taken)
        #expect(contents(await take(inbox)) == [[1], [3]])
    }

    // MARK: End

    @Test func `closing refuses what is new, delivers what waits, then ends`() async {
        let inbox = inbox()
        let lane = inbox.lane(for: peer(1), owner: Owner())
        _ = inbox.offer(batch(from: peer(1), [[1]]), lane: lane)
        inbox.close()
        #expect(dropped(inbox.offer(batch(from: peer(1), [[2], [3]]), lane: lane)) == 2)
        #expect(contents(await take(inbox)) == [[1]])
        #expect(await take(inbox).isEmpty)
        #expect(await take(inbox).isEmpty)
    }

    @Test func `closing ends a reader that waits`() async {
        let inbox = inbox()
        async let waiting = take(inbox)
        inbox.close()
        #expect(await waiting.isEmpty)
    }

    @Test func `cancelling the reader ends its wait and loses nothing`() async {
        let inbox = inbox()
        let lane = inbox.lane(for: peer(1), owner: Owner())
        let reader = Task { await take(inbox) }
        reader.cancel()
        #expect(await reader.value.isEmpty)
        _ = inbox.offer(batch(from: peer(1), [[1]]), lane: lane)
        #expect(contents(await take(inbox)) == [[1]])
    }

    // MARK: The node's memory

    /// An inbox of a node whose budget of 1 MiB is used up; floors are of 4 KiB.
    private func starvedInbox(_ overflow: ChannelOptions.Overflow) -> (inbox: Inbox, memory: NodeMemory) {
        let memory = NodeMemory.of(budget: 1 << 20, floor: 4 << 10)
        #expect(memory.budget.take(least: 1 << 20, wanted: 1 << 20) == 1 << 20)
        let inbox = Inbox(
            messagesMax: 100, bytesMax: 1 << 20, quantum: 262_144, overflow: overflow, memory: memory)
        return (inbox, memory)
    }

    private let page = [[UInt8](repeating: 1, count: 1_400)]

    @Test func `when the node's memory is used up each lane has its floor, and what is above is dropped`()
        async
    {
        let (inbox, memory) = starvedInbox(.dropNewest)
        let lanes = (1...3).map { inbox.lane(for: peer($0), owner: Owner()) }
        for number in 1...3 {
            let lane = lanes[number - 1]
            for _ in 0..<2 { #expect(inbox.offer(batch(from: peer(number), page), lane: lane) == .taken) }
            #expect(inbox.offer(batch(from: peer(number), page), lane: lane) == .overBudget(1))
        }
        #expect(inbox.counts == (0, 6))
        #expect(memory.budget.used == 1 << 20)
        _ = await take(inbox)
        #expect(inbox.held == 0)
        #expect(inbox.offer(batch(from: peer(1), page), lane: lanes[0]) == .taken)
    }

    @Test func `a lane that loses nothing takes what was read, and its peer is read again at half its floor`()
        async
    {
        let (inbox, memory) = starvedInbox(.pauseReading)
        let owner = Owner()
        let lane = inbox.lane(for: peer(1), owner: owner)
        for _ in 0..<2 { #expect(inbox.offer(batch(from: peer(1), page), lane: lane) == .taken) }
        #expect(inbox.offer(batch(from: peer(1), page), lane: lane) == .pause)
        #expect(memory.budget.used > 1 << 20)
        let next = Owner(generation: 1)
        #expect(inbox.lane(for: peer(1), owner: next).isPaused)
        #expect(await take(inbox).count == 3)
        #expect(owner.resumed == 0 && next.resumed == 1)
        #expect(memory.budget.used == 1 << 20)
    }

    @Test func `who floods with empty messages gets no more turns than who sends full ones`() async {
        let inbox = Inbox(messagesMax: 1 << 20, bytesMax: 16 << 20, quantum: 10_000, overflow: .dropNewest)
        let empty = inbox.lane(for: peer(1), owner: Owner()), full = inbox.lane(for: peer(2), owner: Owner())
        let nothings = [[UInt8]](repeating: [], count: 100)
        for _ in 0..<400 { _ = inbox.offer(batch(from: peer(1), nothings), lane: empty) }
        for _ in 0..<10 { _ = inbox.offer(batch(from: peer(2), page), lane: full) }
        let turn = await take(inbox, times: 2)
        #expect(turn.prefix(20).contains { $0.peer == peer(2) })
    }
}
