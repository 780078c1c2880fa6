import ConclavePeersCore
import ConclaveTransport
import Testing

@testable import ConclavePeers

struct SubchannelLanesTests {
    private func lanes(
        messages: Int = 4, bytes: Int = 1 << 20, quantum: Int = 1_000, memory: NodeMemory = .of()
    ) -> SubchannelLanes {
        SubchannelLanes(messagesMax: messages, bytesMax: bytes, quantum: quantum, memory: memory)
    }

    /// Messages that arrived in one read.
    private func messages(_ contents: [[UInt8]], from number: Int = 1) -> [Message] {
        batch(from: peer(number), contents).messages
    }

    @Test func `a lane is full at its number of messages, and others are not`() {
        var lanes = lanes()
        for message in messages([[1], [2], [3], [4]]) {
            #expect(lanes.offer(message, from: peer(1), .dropNewest) == .taken)
        }
        let next = messages([[5]])[0]
        #expect(lanes.offer(next, from: peer(1), .dropNewest) == .full)
        #expect(lanes.offer(next, from: peer(2), .dropNewest) == .taken)
        #expect(!lanes.isHalfEmpty(for: peer(1)) && lanes.isHalfEmpty(for: peer(2)))
        #expect(lanes.take()?.peer == peer(1))
        #expect(lanes.offer(next, from: peer(1), .dropNewest) == .taken)
    }

    @Test func `a lane is charged the reads that its messages pin, each once`() {
        var lanes = lanes(messages: 100, bytes: 3_000)
        let page = [UInt8](repeating: 1, count: 500)
        for message in messages([page, page]) {
            #expect(lanes.offer(message, from: peer(1), .dropNewest) == .taken)
        }
        for message in messages([page, page]) {
            #expect(lanes.offer(message, from: peer(1), .dropNewest) == .taken)
        }
        #expect(lanes.offer(messages([page, page])[0], from: peer(1), .dropNewest) == .full)
        #expect(lanes.held >= 2_000 && lanes.held < 3_000)
        while lanes.take() != nil {}
        #expect(lanes.held == 0 && lanes.isEmpty)
    }

    @Test func `lanes are served in fair turn by bytes`() {
        var lanes = lanes(messages: 100)
        let page = [UInt8](repeating: 1, count: 480)
        for message in messages(Array(repeating: page, count: 20)) {
            _ = lanes.offer(message, from: peer(1), .dropNewest)
        }
        _ = lanes.offer(messages([[9]])[0], from: peer(2), .dropNewest)
        let served = (0..<4).compactMap { _ in lanes.take()?.peer }
        #expect(served == [peer(1), peer(1), peer(2), peer(1)])
    }

    @Test func `with the budget used up a lane has its floor, and one that loses nothing a message`() {
        let memory = NodeMemory.of(budget: 1 << 20, floor: 4 << 10)
        #expect(memory.budget.take(least: 1 << 20, wanted: 1 << 20) == 1 << 20)
        var lanes = lanes(memory: memory)
        let page = [UInt8](repeating: 1, count: 3_000), large = [UInt8](repeating: 1, count: 10_000)
        #expect(lanes.offer(messages([large])[0], from: peer(1), .dropNewest) == .overBudget)
        #expect(lanes.isEmpty(for: peer(1)))
        #expect(lanes.offer(messages([page])[0], from: peer(1), .dropNewest) == .taken)
        #expect(lanes.offer(messages([page])[0], from: peer(1), .dropNewest) == .overBudget)
        #expect(lanes.offer(messages([large])[0], from: peer(2), .pauseReading) == .taken)
        #expect(lanes.offer(messages([large])[0], from: peer(2), .pauseReading) == .overBudget)
        var surplus = 0
        while let taken = lanes.take() { surplus += taken.surplus }
        #expect(memory.budget.used - surplus == 1 << 20)
    }
}
