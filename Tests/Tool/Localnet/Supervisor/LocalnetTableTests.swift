import ConclaveLocalnet
import ConclavePrimitives
import Testing

@Suite struct LocalnetTableTests {
    /// Three validators, one of which has just died.
    static let sample = LocalnetTable.lines(
        states(3), keys: [peer(0), peer(1), peer(2)], title: "localnet .localnet", elapsed: .seconds(10),
        at: at(1_020), rows: 24)

    static func states(_ count: Int) -> [ValidatorState] {
        var machine = SupervisionMachine(validators: count)
        let others = (1..<max(count, 2)).map { number in
            PeerFigures(
                peer: peer(UInt8(number)), isConnected: true, incarnation: 1, accepted: 1, heard: 1,
                missing: 0,
                roundTripMicroseconds: 231)
        }
        for index in 0..<count {
            _ = machine.on(.started(index), at: at(0))
            _ = machine.on(.said(index, ready(index)), at: at(0))
            for second in [1.0, 2.0] {
                let sent = Int(second) * 12
                var chain = chain(40)
                (chain.view, chain.leader, chain.finalityMicroseconds) = (17, peer(2), 8_210)
                if index == 2 { chain.stake = nil }
                let line = status(seconds: second, chain: chain, sent: sent, received: sent, peers: others)
                _ = machine.on(.said(index, line), at: at(0))
            }
        }
        _ = machine.on(.ended(1, .signalled(9)), at: at(1_000))
        return machine.validators
    }

    @Test func `the table shows what each validator does`() {
        #expect(
            Self.sample.joined(separator: "\n") == """
                localnet .localnet · 4 of 6 links · 10 s · Ctrl-C ends it
                  #  state              peers    height     view  leader     final    stake died
                  0  voting               2/2        40       17       2   8210 µs     1000    0
                  1  restart in 0.1 s       -         -        -       -         -        -    0
                  2  no validator         2/2        40       17       2   8210 µs        -    0
                """)
    }

    @Test(arguments: [3, 30, 64])
    func `it fits 80 columns and the rows there are`(count: Int) {
        let lines = LocalnetTable.lines(
            Self.states(count), title: "localnet " + String(repeating: "/very/long", count: 20),
            elapsed: .seconds(1_000_000), at: at(1_000), rows: 24)
        #expect(lines.allSatisfy { $0.count <= LocalnetTable.columns })
        #expect(lines.count <= 24)
        #expect(count <= 21 || lines.last == "… and \(count - 21) more")
    }
}
