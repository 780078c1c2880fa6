import ConclaveChainApplication
import ConclaveLocalnet
import ConclavePrimitives
import Testing

/// A status line that says only how quiet a validator is, unless told more.
func status(
    seconds: Double = 1, chain: ChainStatus = chain(4), sent: Int = 0, received: Int = 0, quiet: Bool = false,
    peers: [PeerFigures] = []
) -> ValidatorLine {
    .status(
        ValidatorStatus(
            seconds: seconds, chain: chain, sent: sent, received: received, refused: 0, isQuiet: quiet,
            peers: peers))
}

/// Of a validator that votes.
func chain(_ height: UInt64, evidence: Int = 0, marks: [HeightMark] = []) -> ChainStatus {
    var chain = ChainStatus()
    chain.height = height
    chain.stake = 1_000
    chain.isVoting = true
    chain.evidence = evidence
    chain.marks = marks
    return chain
}

func ready(_ index: Int, life: UInt64 = 1) -> ValidatorLine {
    .ready(index: index, peer: peer(UInt8(index)), address: "127.0.0.1:1", incarnation: life)
}

@Suite struct SupervisionMachineTests {
    typealias Machine = SupervisionMachine

    /// Two validators that run.
    func running() -> Machine {
        var machine = Machine(validators: 2)
        for index in 0..<2 {
            _ = machine.on(.started(index), at: at(0))
            _ = machine.on(.said(index, ready(index)), at: at(100))
        }
        return machine
    }

    @Test func `at first everyone is started`() {
        #expect(Machine(validators: 3).begin() == [.start(0), .start(1), .start(2)])
    }

    @Test func `one that runs is killed when it shall be, but not while another is away`() {
        var machine = running()
        #expect(machine.on(.killAsked(7), at: at(900)) == [.kill(1)])
        #expect(machine.on(.killAsked(8), at: at(900)) == [.kill(0)])
        _ = machine.on(.ended(1, .signalled(9)), at: at(1_000))
        #expect(machine.on(.killAsked(8), at: at(1_000)) == [])
        _ = machine.on(.stopAsked, at: at(1_100))
        #expect(machine.on(.killAsked(8), at: at(1_200)) == [])
    }

    @Test func `who dies is started again after a short while, and only then`() {
        var machine = running()
        #expect(machine.on(.ended(1, .signalled(9)), at: at(1_000)) == [.wake(at: at(1_100))])
        #expect(machine.on(.woke, at: at(1_099)) == [])
        #expect(machine.on(.woke, at: at(1_100)) == [.start(1)])
        #expect(machine.on(.woke, at: at(1_200)) == [])
        #expect(machine.validators.map(\.restarts) == [0, 1])
    }

    @Test func `who keeps dying waits longer each time, up to five seconds`() {
        var machine = running()
        var now: UInt64 = 1_000
        var delays: [UInt64] = []
        for _ in 0..<8 {
            guard case .wake(let wake)? = machine.on(.ended(1, .exited(70)), at: at(now)).first else {
                Issue.record("no restart")
                return
            }
            delays.append(wake.nanoseconds / 1_000_000 - now)
            now = wake.nanoseconds / 1_000_000
            #expect(machine.on(.woke, at: at(now)) == [.start(1)])
            _ = machine.on(.started(1), at: at(now))
        }
        #expect(delays == [100, 200, 400, 800, 1_600, 3_200, 5_000, 5_000])
    }

    @Test func `who has lived for ten seconds begins with the short delay again`() {
        var machine = running()
        _ = machine.on(.ended(1, .exited(1)), at: at(500))
        _ = machine.on(.woke, at: at(600))
        _ = machine.on(.started(1), at: at(600))
        #expect(machine.on(.ended(1, .exited(1)), at: at(10_600)) == [.wake(at: at(10_700))])
    }

    @Test func `a process that cannot be started is tried again`() {
        var machine = running()
        _ = machine.on(.ended(1, .exited(1)), at: at(0))
        _ = machine.on(.woke, at: at(100))
        #expect(machine.on(.startFailed(1), at: at(100)) == [.wake(at: at(300))])
    }

    @Test(arguments: [64, 65, 69, 73] as [Int32])
    func `a validator that never could run ends the localnet with its exit code`(code: Int32) {
        var machine = Machine(validators: 2)
        _ = machine.on(.started(0), at: at(0))
        _ = machine.on(.started(1), at: at(0))
        #expect(machine.on(.ended(1, .exited(code)), at: at(50)) == [.release(0), .wake(at: at(3_050))])
        #expect(machine.on(.ended(0, .exited(0)), at: at(60)) == [.finish(.hopeless(1, code: code))])
    }

    @Test func `a validator that ran before is started again whatever its exit code`() {
        var machine = running()
        #expect(machine.on(.ended(1, .exited(69)), at: at(1_000)) == [.wake(at: at(1_100))])
    }

    @Test func `the end: silence, then release when all are quiet, then nothing is left`() {
        var machine = running()
        #expect(machine.on(.stopAsked, at: at(5_000)) == [.silence(0), .silence(1), .wake(at: at(7_000))])
        #expect(machine.on(.said(0, status(quiet: false)), at: at(5_100)) == [])
        #expect(machine.on(.said(0, status(quiet: true)), at: at(5_300)) == [])
        #expect(!machine.isLettingGo)
        #expect(
            machine.on(.said(1, status(quiet: true)), at: at(5_310))
                == [.release(0), .release(1), .wake(at: at(8_310))])
        #expect(machine.isLettingGo)
        #expect(machine.on(.ended(0, .exited(0)), at: at(5_400)) == [])
        #expect(machine.on(.ended(1, .exited(0)), at: at(5_410)) == [.finish(.asAsked)])
        #expect(machine.on(.woke, at: at(9_000)) == [])
    }

    @Test func `who does not fall silent is let go all the same, and who does not end is killed`() {
        var machine = running()
        _ = machine.on(.stopAsked, at: at(0))
        #expect(machine.on(.woke, at: at(1_999)) == [])
        #expect(machine.on(.woke, at: at(2_000)) == [.release(0), .release(1), .wake(at: at(5_000))])
        #expect(machine.on(.ended(0, .exited(0)), at: at(2_100)) == [])
        #expect(machine.on(.woke, at: at(5_000)) == [.kill(1)])
        #expect(machine.on(.ended(1, .signalled(9)), at: at(5_001)) == [.finish(.asAsked)])
    }

    @Test func `asking twice kills at once`() {
        var machine = running()
        _ = machine.on(.stopAsked, at: at(0))
        #expect(machine.on(.stopAsked, at: at(10)) == [.kill(0), .kill(1)])
    }

    @Test func `nobody is started again while all end`() {
        var machine = running()
        _ = machine.on(.stopAsked, at: at(0))
        #expect(machine.on(.ended(0, .signalled(9)), at: at(1)) == [])
        #expect(machine.on(.said(1, status(quiet: true)), at: at(2)) == [.release(1), .wake(at: at(3_002))])
        #expect(machine.on(.ended(1, .exited(0)), at: at(3)) == [.finish(.asAsked)])
    }

    @Test func `who waits for its restart when the end comes is not waited for`() {
        var machine = running()
        _ = machine.on(.ended(0, .signalled(9)), at: at(0))
        _ = machine.on(.ended(1, .signalled(9)), at: at(0))
        let actions = machine.on(.stopAsked, at: at(10))
        #expect(actions.last == .finish(.asAsked))
        #expect(machine.on(.woke, at: at(100)) == [])
    }

    @Test func `rates are those between two status lines`() {
        var machine = running()
        _ = machine.on(.said(0, status(seconds: 1, sent: 10, received: 20)), at: at(1_000))
        #expect(machine.validators[0].sentPerSecond == 0)
        _ = machine.on(.said(0, status(seconds: 3, sent: 34, received: 60)), at: at(3_000))
        #expect(machine.validators[0].sentPerSecond == 12)
        #expect(machine.validators[0].receivedPerSecond == 20)
        _ = machine.on(.said(0, status(seconds: 3.1, sent: 34, received: 60)), at: at(3_100))
        #expect(machine.validators[0].sentPerSecond == 12)
        _ = machine.on(.said(0, status(seconds: 4, sent: 46, received: 80)), at: at(4_000))
        #expect(machine.validators[0].sentPerSecond == 12)
    }
}
