import ConclaveLocalnet
import ConclavePeersCore
import ConclavePrimitives
import Testing

@Suite struct HeartbeatLedgerTests {
    func beat(_ height: UInt64, life: UInt64 = 70, echoes: [Heartbeat.Echo] = []) -> Heartbeat {
        Heartbeat(incarnation: life, height: height, sentAt: WallTime(milliseconds: 0), echoes: echoes)
    }

    func ledger() -> HeartbeatLedger {
        HeartbeatLedger(own: peer(1), peers: [peer(1), peer(2), peer(3)], incarnation: 10)
    }

    func connected() -> HeartbeatLedger {
        var ledger = ledger()
        ledger.connected(peer(2))
        return ledger
    }

    func figures(_ ledger: HeartbeatLedger, _ number: UInt8 = 2) -> PeerFigures? {
        ledger.figures.first { $0.peer == peer(number) }
    }

    @Test func `heights count from one and carry our life`() {
        var ledger = ledger()
        let first = ledger.beat(at: at(0), wallTime: WallTime(milliseconds: 5))
        let second = ledger.beat(at: at(250), wallTime: WallTime(milliseconds: 255))
        #expect([first.height, second.height] == [1, 2])
        #expect(first.incarnation == 10)
        #expect(second.sentAt == WallTime(milliseconds: 255))
        #expect(ledger.height == 2)
    }

    @Test func `one is not a peer of oneself`() {
        #expect(ledger().figures.map(\.peer) == [peer(2), peer(3)])
    }

    @Test func `gaps between two heartbeats of a connection are counted as missing`() {
        var ledger = connected()
        for height in [5, 6, 9] as [UInt64] {
            #expect(ledger.heard(beat(height), from: peer(2), at: at(0)) == .counted)
        }
        #expect(figures(ledger)?.heard == 3)
        #expect(figures(ledger)?.missing == 2)
    }

    @Test func `what was broadcast before a connection is not missed on it`() {
        var ledger = connected()
        _ = ledger.heard(beat(5), from: peer(2), at: at(0))
        ledger.disconnected(peer(2))
        ledger.connected(peer(2))
        _ = ledger.heard(beat(50), from: peer(2), at: at(0))
        #expect(figures(ledger)?.heard == 2)
        #expect(figures(ledger)?.missing == 0)
    }

    @Test(arguments: [(5, 70), (4, 70), (0, 70), (6, 71)] as [(UInt64, UInt64)])
    func `an old height or another life on the same connection is not believed`(height: UInt64, life: UInt64)
    {
        var ledger = connected()
        _ = ledger.heard(beat(5), from: peer(2), at: at(0))
        #expect(ledger.heard(beat(height, life: life), from: peer(2), at: at(1)) == .outOfTurn)
        #expect(figures(ledger)?.heard == 1)
        #expect(ledger.refused == 1)
    }

    @Test func `nobody is heard who is not known`() {
        var ledger = ledger()
        #expect(ledger.heard(beat(1), from: peer(9), at: at(0)) == .outOfTurn)
        #expect(ledger.refused == 1)
    }

    @Test func `a heartbeat may overtake the news that its link is open`() {
        var ledger = ledger()
        ledger.accepted(for: [peer(2)])
        #expect(ledger.heard(beat(4), from: peer(2), at: at(0)) == .counted)
        ledger.connected(peer(2))
        #expect(ledger.heard(beat(5), from: peer(2), at: at(0)) == .counted)
        #expect(figures(ledger)?.accepted == 1)
        #expect(figures(ledger)?.heard == 2)
        #expect(figures(ledger)?.missing == 0)
    }

    @Test func `a heartbeat may come after the news that its link has ended, and is no new connection`() {
        var ledger = connected()
        _ = ledger.heard(beat(4), from: peer(2), at: at(0))
        ledger.disconnected(peer(2))
        #expect(ledger.heard(beat(5), from: peer(2), at: at(0)) == .counted)
        #expect(ledger.heard(beat(5), from: peer(2), at: at(0)) == .outOfTurn)
        #expect(figures(ledger)?.isConnected == false)
        #expect(figures(ledger)?.heard == 2)
    }

    @Test func `a new life begins its counts anew, and takes what was accepted before its first word`() {
        var ledger = connected()
        _ = ledger.heard(beat(8), from: peer(2), at: at(0))
        for _ in 0..<4 { ledger.accepted(for: [peer(2)]) }
        #expect(figures(ledger)?.accepted == 4)
        ledger.disconnected(peer(2))
        ledger.accepted(for: [peer(2)])
        ledger.connected(peer(2))
        for _ in 0..<2 { ledger.accepted(for: [peer(2)]) }
        #expect(figures(ledger)?.incarnation == 70)
        _ = ledger.heard(beat(1, life: 71), from: peer(2), at: at(0))
        let after = figures(ledger)
        #expect(after?.incarnation == 71)
        #expect(after?.accepted == 3)
        #expect(after?.heard == 1)
    }

    @Test func `what a link took on which nothing was heard belongs to no life`() {
        var ledger = connected()
        _ = ledger.heard(beat(1), from: peer(2), at: at(0))
        ledger.disconnected(peer(2))
        ledger.connected(peer(2))
        ledger.accepted(for: [peer(2)])
        ledger.disconnected(peer(2))
        ledger.connected(peer(2))
        _ = ledger.heard(beat(2), from: peer(2), at: at(0))
        #expect(figures(ledger)?.accepted == 0)
    }

    @Test func `one life over two connections keeps its counts`() {
        var ledger = connected()
        _ = ledger.heard(beat(1), from: peer(2), at: at(0))
        ledger.accepted(for: [peer(2)])
        ledger.disconnected(peer(2))
        ledger.connected(peer(2))
        ledger.accepted(for: [peer(2)])
        _ = ledger.heard(beat(3), from: peer(2), at: at(0))
        #expect(figures(ledger)?.accepted == 2)
        #expect(figures(ledger)?.heard == 2)
    }

    @Test func `the round trip is what passed less what the peer held`() {
        var ledger = connected()
        _ = ledger.beat(at: at(1_000), wallTime: WallTime(milliseconds: 0))
        let echo = Heartbeat.Echo(peer: peer(1), height: 1, heldMicroseconds: 99_000)
        _ = ledger.heard(beat(1, echoes: [echo]), from: peer(2), at: at(1_100))
        #expect(figures(ledger)?.roundTripMicroseconds == 1_000)
        _ = ledger.heard(
            beat(2, echoes: [.init(peer: peer(1), height: 1, heldMicroseconds: 91_000)]), from: peer(2),
            at: at(1_100))
        #expect(figures(ledger)?.roundTripMicroseconds == 2_000)
    }

    @Test(
        arguments: [
            (0, 0), (2, 0), (.max, 0), (1, 100_001), (1, .max),
        ] as [(UInt64, UInt64)])
    func `an echo of what was never sent, or held longer than it took, tells nothing`(
        height: UInt64, held: UInt64
    ) {
        var ledger = connected()
        _ = ledger.beat(at: at(1_000), wallTime: WallTime(milliseconds: 0))
        let echo = Heartbeat.Echo(peer: peer(1), height: height, heldMicroseconds: held)
        _ = ledger.heard(beat(1, echoes: [echo]), from: peer(2), at: at(1_100))
        #expect(figures(ledger)?.roundTripMicroseconds == nil)
    }

    @Test func `an echo of a heartbeat long gone tells nothing, the oldest remembered one does`() {
        var ledger = connected()
        for index in 0..<65 { _ = ledger.beat(at: at(UInt64(index)), wallTime: WallTime(milliseconds: 0)) }
        _ = ledger.heard(
            beat(1, echoes: [.init(peer: peer(1), height: 1, heldMicroseconds: 0)]), from: peer(2),
            at: at(100))
        #expect(figures(ledger)?.roundTripMicroseconds == nil)
        _ = ledger.heard(
            beat(2, echoes: [.init(peer: peer(1), height: 2, heldMicroseconds: 0)]), from: peer(2),
            at: at(100))
        #expect(figures(ledger)?.roundTripMicroseconds == 99_000)
    }

    @Test func `what was heard is echoed with the time it was held, and only while connected`() {
        var ledger = connected()
        _ = ledger.heard(beat(5), from: peer(2), at: at(1_000))
        let echoes = ledger.beat(at: at(1_200), wallTime: WallTime(milliseconds: 0)).echoes
        #expect(echoes == [.init(peer: peer(2), height: 5, heldMicroseconds: 200_000)])
        ledger.disconnected(peer(2))
        #expect(ledger.beat(at: at(1_300), wallTime: WallTime(milliseconds: 0)).echoes == [])
    }

    @Test func `with more peers than echoes each gets its turn`() {
        let others = (2...101).map { peer($0) }
        var ledger = HeartbeatLedger(own: peer(1), peers: others, incarnation: 1)
        for other in others {
            ledger.connected(other)
            _ = ledger.heard(beat(1), from: other, at: at(0))
        }
        var echoed: Set<PeerID> = []
        for _ in 0..<4 {
            let echoes = ledger.beat(at: at(1), wallTime: WallTime(milliseconds: 0)).echoes
            #expect(echoes.count == Heartbeat.echoesMax)
            echoed.formUnion(echoes.map(\.peer))
        }
        #expect(echoed.count == 100)
    }

    @Test func `the wildest heights overflow nothing`() {
        var ledger = connected()
        _ = ledger.heard(beat(0, life: .max), from: peer(2), at: at(0))
        _ = ledger.heard(beat(.max, life: .max), from: peer(2), at: .distantFuture)
        #expect(figures(ledger)?.heard == 2)
        #expect(figures(ledger)?.missing == 1 << 32)
        _ = ledger.beat(at: at(0), wallTime: WallTime(milliseconds: 0))
    }
}
