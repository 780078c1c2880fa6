import ConclavePeersCore
import ConclaveTransport
import Testing

@testable import ConclavePeers

@Suite(.timeLimit(.minutes(1))) struct ReceiverTests {
    private let inbox = Inbox(messagesMax: 100, bytesMax: 1 << 20, overflow: .dropNewest)

    private func fill() {
        let first = inbox.lane(for: peer(1), owner: Owner())
        let second = inbox.lane(for: peer(2), owner: Owner())
        _ = inbox.offer(batch(from: peer(1), [[1], []]), lane: first)
        _ = inbox.offer(batch(from: peer(2), [[3]]), lane: second)
        _ = inbox.offer(batch(from: peer(1), [[4]]), lane: first)
    }

    @Test func `one by one, each message comes with its peer, and the end comes after the last`() async {
        fill()
        inbox.close()
        var heard: [(PeerID, [UInt8])] = []
        for await (peer, message) in Receiver(inbox: inbox) { heard.append((peer, Array(message))) }
        #expect(heard.map(\.0) == [peer(1), peer(1), peer(1), peer(2)])
        #expect(heard.map(\.1) == [[1], [], [4], [3]])
    }

    @Test func `in batches, a turn holds every lane, and the end comes after the last`() async {
        fill()
        inbox.close()
        var turns: [[PeerID]] = []
        for await turn in Receiver(inbox: inbox).batches { turns.append(turn.map(\.peer)) }
        #expect(turns == [[peer(1), peer(1), peer(2)]])
    }

    @Test func `into an array, what it held is replaced, and it is empty at the end`() async {
        fill()
        let receiver = Receiver(inbox: inbox)
        var batches = [batch(from: peer(9), [[9]])]
        await receiver.next(into: &batches)
        #expect(contents(batches) == [[1], [], [4], [3]])
        inbox.close()
        await receiver.next(into: &batches)
        #expect(batches.isEmpty)
    }

    @Test func `a message lends its bytes and outlives its batch`() async throws {
        fill()
        var messages = Receiver(inbox: inbox).makeAsyncIterator()
        let kept = try #require(await messages.next()).message
        for _ in 0..<3 { _ = await messages.next() }
        #expect(kept.count == 1)
        #expect(kept.withBytes { $0.byteCount } == 1)
        #expect(Array(kept) == [1])
    }

    @Test func `a cancelled task's loop ends`() async {
        let loop = Task { [inbox] in
            var count = 0
            for await _ in Receiver(inbox: inbox) { count += 1 }
            return count
        }
        loop.cancel()
        #expect(await loop.value == 0)
    }
}
