import ConclaveArguments
import ConclaveLocalnet
import ConclavePrimitives
import Testing

@Suite struct LocalnetRecordTests {
    func figures(_ number: UInt8, life: UInt64 = 1, accepted: Int = 8, heard: Int = 8, up: Bool = true)
        -> PeerFigures
    {
        PeerFigures(
            peer: peer(number), isConnected: up, incarnation: life, accepted: accepted, heard: heard,
            missing: 0,
            roundTripMicroseconds: 200)
    }

    /// Two validators that run and heard each other.
    func whole() -> LocalnetRecord {
        var record = LocalnetRecord(peers: [peer(0), peer(1)], at: at(0))
        for index in 0..<2 {
            _ = record.on(.started(index), at: at(0))
            _ = record.on(.said(index, ready(index)), at: at(100))
            _ = record.on(.said(index, status(peers: [figures(UInt8(1 - index))])), at: at(1_000))
        }
        return record
    }

    /// The outcome but for the chain.
    func links(_ outcome: LocalnetOutcome) -> LocalnetOutcome {
        var outcome = outcome
        outcome.chain = ChainOutcome()
        return outcome
    }

    @Test func `a whole localnet counts its links and heartbeats`() {
        #expect(
            links(whole().outcome(at: at(10_000)))
                == LocalnetOutcome(
                    validators: 2, connected: 2, delivered: 16, undelivered: 0, restarts: 0, seconds: 10,
                    isWhole: true))
    }

    @Test func `what is said after the validators are let go no longer counts`() {
        var record = whole()
        _ = record.on(.stopAsked, at: at(5_000))
        for index in 0..<2 {
            let last = status(quiet: true, peers: [figures(UInt8(1 - index), heard: index == 0 ? 7 : 8)])
            _ = record.on(.said(index, last), at: at(5_300))
        }
        _ = record.on(.said(0, status(quiet: true, peers: [figures(1, heard: 0, up: false)])), at: at(5_400))
        _ = record.on(.ended(0, .exited(0)), at: at(5_400))
        #expect(record.on(.ended(1, .exited(0)), at: at(5_500)) == [.finish(.asAsked)])
        #expect(
            links(record.outcome(at: at(9_000)))
                == LocalnetOutcome(
                    validators: 2, connected: 2, delivered: 15, undelivered: 1, restarts: 0, seconds: 5,
                    isWhole: true))
    }

    @Test func `a localnet is not whole while one has not heard the present life of another`() {
        var record = whole()
        _ = record.on(.ended(1, .signalled(9)), at: at(2_000))
        #expect(record.outcome(at: at(2_000)).connected == 0)
        _ = record.on(.woke, at: at(2_100))
        _ = record.on(.started(1), at: at(2_100))
        _ = record.on(.said(1, ready(1, life: 2)), at: at(2_200))
        _ = record.on(.said(1, status(peers: [figures(0, accepted: 1, heard: 1)])), at: at(3_000))
        #expect(record.outcome(at: at(3_000)).connected == 2)
        #expect(!record.outcome(at: at(3_000)).isWhole)
        _ = record.on(.said(0, status(peers: [figures(1, life: 2, accepted: 1, heard: 1)])), at: at(3_100))
        #expect(
            links(record.outcome(at: at(3_100)))
                == LocalnetOutcome(
                    validators: 2, connected: 2, delivered: 18, undelivered: 0, restarts: 1, seconds: 3.1,
                    isWhole: true))
    }

    @Test func `who is no validator in the epoch need not be connected`() {
        var record = whole()
        _ = record.on(.said(1, status(chain: ChainStatus(), peers: [])), at: at(2_000))
        #expect(record.outcome(at: at(2_000)).isWhole)
        #expect(record.outcome(at: at(2_000)).connected == 1)
    }

    @Test func `the summary has exactly the documented keys`() {
        let outcome = LocalnetOutcome(
            validators: 4, connected: 12, delivered: 0, undelivered: 0, restarts: 0, seconds: 10,
            isWhole: true)
        let line =
            #"{"validators":4,"connected":12,"delivered":0,"undelivered":0,"restarts":0,"seconds":10.0,"#
            + #""height":0,"epochs":0,"blocksPerSecond":0.0,"finalityP50Milliseconds":null,"#
            + #""finalityP99Milliseconds":null,"forks":0,"evidence":0,"joined":0,"left":0,"#
            + #""longestGapMilliseconds":null}"#
        #expect(outcome.json.text == line)
    }
}
