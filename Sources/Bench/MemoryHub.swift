import Conclave
import ConclavePrimitives
import ConclaveRuntime

/// The hub of the memory benchmark: tells its peers what to do, sends everything back to them, and looks at
/// its own memory.
final class MemoryHub: Sendable {
    /// From the last byte until memory is looked at.
    private static let settling = Duration.seconds(1)
    private static let pause = Duration.milliseconds(5)

    private let node: BenchNode
    private let options: BenchOptions
    private let context: Context
    private let echoed = Lock(0)

    init(node: BenchNode, options: BenchOptions, context: Context) {
        (self.node, self.options, self.context) = (node, options, context)
    }

    func measure() async throws {
        context.spawn("echo", on: node.executor) { [self] _ in try await echo() }
        var sender = node.sender
        await node.opened(1)
        // What is made once, the pools above all, is made by the first link.
        try await use(&sender, peers: 1)
        let before = try await settle().trimmed

        try await node.expect(options.nodes + 1, index: 1)
        try tell(.connect, .all, &sender)
        await node.opened(options.nodes + 1)
        let idle = try await settle()

        try await use(&sender, peers: options.nodes + 1)
        let used = try await settle()

        let peers = sender.connected()
        try tell(.flood, .one(peers[0]), &sender)
        let unread = try await highest() - used.trimmed

        func perPeer(_ bytes: Int) -> Double { Double(bytes - before) / Double(options.nodes) }
        BenchProgram.say(
            Figures([
                "idleBytesPerPeer": perPeer(idle.resident),
                "idleTrimmedBytesPerPeer": perPeer(idle.trimmed),
                "usedBytesPerPeer": perPeer(used.resident),
                "usedTrimmedBytesPerPeer": perPeer(used.trimmed),
                "unreadBytes": Double(unread), "unreadBudgetBytes": Double(budgetOfOnePeer),
            ]).line)
        await node.network.shutdown(within: .zero)
    }

    /// What the profile lets the queues of one peer hold, with what is under way on its link and the pools.
    private var budgetOfOnePeer: Int {
        let bound = node.network.memoryBound(peers: 1), configuration = node.network.configuration
        return configuration.outboxBytes + configuration.laneBytes + bound.sealed + bound.arriving
            + bound.handedOut + bound.pools
    }

    private func tell(_ order: MemoryOrder, _ recipients: Recipients, _ sender: inout Sender) throws {
        guard try sender.send(order.message, to: recipients).refused.isEmpty else {
            throw RoundFailed(description: "an order was refused")
        }
    }

    /// Lets each of so many peers send its messages, and waits until they went back.
    private func use(_ sender: inout Sender, peers: Int) async throws {
        let goal = echoed.withLock { $0 } + peers * MemoryPerPeer.messages
        try tell(.send, .all, &sender)
        while echoed.withLock({ $0 }) < goal { try await context.sleep(for: Self.pause) }
    }

    private func settle() async throws -> (resident: Int, trimmed: Int) {
        try await context.sleep(for: Self.settling)
        let resident = Resources.anonymousBytes
        Resources.trim()
        return (resident, Resources.anonymousBytes)
    }

    /// The most memory during one round's time.
    private func highest() async throws -> Int {
        let end = context.clock.now.advanced(by: options.duration)
        var most = 0
        while context.clock.now < end {
            most = max(most, Resources.anonymousBytes)
            try await context.sleep(for: Self.pause)
        }
        return most
    }

    private func echo() async throws {
        var sender = node.sender
        var batches: [Batch] = []
        while true {
            await node.receiver.next(into: &batches)
            if batches.isEmpty { return }
            for batch in batches {
                // A full outbox refuses, and the network counts what was lost.
                for message in batch.messages { _ = try sender.send(Array(message), to: .one(batch.peer)) }
                echoed.withLock { $0 += batch.count }
            }
        }
    }
}
