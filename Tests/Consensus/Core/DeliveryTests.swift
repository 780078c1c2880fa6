import ConclaveConsensusTrials
import ConclavePrimitives
import Testing

@testable import ConclaveConsensusCore

/// A node that was away for long, and what it costs to come back.
@Suite struct DeliveryTests {
    /// More blocks than any bound of a node but the length of an epoch.
    private static let count = 70_000
    /// A stretch of the way, what waits for the application, and what is young.
    private static let blocksMax = Delivery.stretch + Int(Delivery.unacknowledgedMax) + 16

    @Test func `seventy thousand blocks of one epoch are fetched in bounded memory, and after a crash on`() {
        let long = LongChain(Self.count, epochLength: 1_000_000)
        var node = Latecomer(long)
        node.hear(.certificate(long.finalization(of: UInt64(Self.count))))
        // The walk is three quarters down when the process is killed.
        node.live { $0.asked.count > 2 * 3 * Self.count / 4 / MessageLimits.answerBlocks }
        #expect(node.delivered == 0)
        #expect(node.asked.count < 2 * Self.count / MessageLimits.answerBlocks)
        #expect(node.blocksInMemory <= Self.blocksMax)
        node.restart()
        node.live { $0.delivered > 30_000 }
        // What the disk had was not asked for again.
        let quarter = 2 * (Self.count / 4 / MessageLimits.answerBlocks + 2)
        #expect(node.asked.count <= quarter)
        // Nor is anything when it is killed amid the deliveries.
        node.restart()
        node.live()
        #expect(node.asked.isEmpty)
        #expect(node.delivered == Height(UInt64(Self.count)))
        #expect(node.blocksInMemory <= Self.blocksMax)
        #expect(node.machine.status.isStranded == false)
    }

    @Test func `two thousand epochs are fetched without waiting for a timer`() {
        let long = LongChain(20_000, epochLength: 10)
        var node = Latecomer(long)
        // It hears of an epoch far ahead once, and then of nothing but what it asks for.
        node.hear(.certificate(long.finalization(of: 19_995)))
        node.live()
        #expect(node.delivered == 19_990)
        node.hear(.certificate(long.finalization(of: 20_000)))
        node.live()
        #expect(node.delivered == 20_000)
        #expect(node.machine.status.epoch == 2_000)
        #expect(node.now == 0)
        #expect(node.blocksInMemory <= 300)
        #expect(node.alarms.isEmpty)
    }

    @Test func `what nobody keeps any more is an alarm, told once, until somebody has it`() {
        let long = LongChain(1_000, epochLength: 1_000_000)
        var node = Latecomer(long)
        node.hear(.certificate(long.finalization(of: 1_000)))
        node.live(pruned: 500)
        for _ in 0..<AskBook.roundsInVain - 1 { node.wait(pruned: 500) }
        #expect(node.alarms == [])
        for _ in 0..<10 { node.wait(pruned: 500) }
        #expect(node.alarms == [.stranded(above: 0)])
        #expect(node.machine.status.isStranded)
        #expect(node.delivered == 0)
        // Somebody comes who kept them.
        node.wait(pruned: 0)
        node.wait(pruned: 0)
        #expect(node.delivered == 1_000)
        #expect(!node.machine.status.isStranded)
    }

    @Test func `where the end of an epoch is known and its blocks are gone, the alarm is one`() {
        let long = LongChain(1_000, epochLength: 100)
        var node = Latecomer(long)
        node.hear(.certificate(long.finalization(of: 950)))
        node.live(pruned: 500)
        for _ in 0..<100 { node.wait(pruned: 500) }
        #expect(node.alarms == [.stranded(above: 0)])
        #expect(node.machine.status.isStranded)
    }

    @Test func `an end of an epoch that nobody tells is an alarm too`() {
        let long = LongChain(150, epochLength: 100)
        var node = Latecomer(long)
        let liar = Epoch(7)
        node.hear(.vote(long.chain.vote(.nullify(liar, 1), by: 0)))
        node.live(pruned: 0)
        #expect(node.delivered == 100)
        for _ in 0..<50 { node.wait(pruned: 0) }
        #expect(node.alarms == [.stranded(above: 100)])
    }
}
