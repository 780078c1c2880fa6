import ConclavePeersCore
import ConclaveSystem
import Testing

@testable import ConclaveBench

/// Small runs of the program. They say that it counts right, and nothing about speed.
@Suite(.serialized, .timeLimit(.minutes(2))) struct BenchProgramTests {
    private static let wire = BenchOptions().wire.rawValue

    @Test func `a broadcast is delivered to every other node, and its line has the documented keys`()
        async throws
    {
        let run = try await BenchProcess("broadcast --nodes 3 --size 100 --seconds 0.2 --rounds 1 --json")
        #expect(run.exit == .code(0))
        #expect(run.lines.count == 1)
        #expect(
            run.lines.first?.hasPrefix(
                #"{"benchmark":"broadcast","wire":"\#(Self.wire)","nodes":3,"size":100,"loops":1,"#
                    + #""deliveriesPerSecond":"#) == true)
        let broadcasts = try #require(run.figures["broadcasts"])
        #expect(broadcasts > 0)
        #expect(run.figures["deliveries"] == broadcasts * 2)
        #expect(run.figures["microsecondsPerDelivery"] ?? 0 > 0)
        #expect(run.figures["residentBytes"] ?? 0 > 0)
    }

    @Test func `links on two loops lose nothing`() async throws {
        let run = try await BenchProcess("broadcast --nodes 4 --loops 2 --seconds 0.2 --rounds 1 --json")
        #expect(run.exit == .code(0))
        #expect(run.figures["loops"] == 2)
        #expect(run.figures["deliveries"] == run.figures["broadcasts"].map { $0 * 3 })
    }

    @Test func `a mesh is full when each pair has one link`() async throws {
        let run = try await BenchProcess("mesh --nodes 5 --rounds 2 --json")
        #expect(run.exit == .code(0))
        #expect(run.figures["links"] == 10)
        #expect(run.figures["dials"] ?? 0 >= 10)
        #expect(run.figures["secondsToFull"] ?? 0 > 0)
    }

    @Test func `memory is what the hub grew by, and a peer that does not read stays within its budget`()
        async throws
    {
        let run = try await BenchProcess("memory --nodes 2 --seconds 0.3 --rounds 1 --json")
        #expect(run.exit == .code(0))
        #expect(run.figures["nodes"] == 2)
        let used = try #require(run.figures["usedBytesPerPeer"])
        #expect(used > 0)
        #expect(run.figures["idleBytesPerPeer"] ?? .infinity <= used)
        let unread = try #require(run.figures["unreadBytes"])
        #expect(unread > 0)
        #expect(unread <= run.figures["unreadBudgetBytes"] ?? 0)
    }

    @Test func `a critical message is timed on an idle link and behind bulk`() async throws {
        let run = try await BenchProcess("preemption --seconds 0.3 --rounds 1 --json")
        #expect(run.exit == .code(0))
        #expect(run.figures["idleP50Microseconds"] ?? 0 > 0)
        #expect((run.figures["samples"] ?? 0) + (run.figures["late"] ?? 0) > 0)
        let added = (run.figures["p99Microseconds"] ?? 0) - (run.figures["idleP99Microseconds"] ?? 0)
        #expect(abs((run.figures["addedP99Microseconds"] ?? .infinity) - added) < 0.1)
    }

    @Test func `text is compressed and random bytes are not, and both arrive`() async throws {
        let run = try await BenchProcess("compression --size 2KiB --seconds 0.2 --rounds 1 --json")
        #expect(run.exit == .code(0))
        #expect((0.01..<0.9).contains(run.figures["textShare"] ?? 1))
        #expect(run.figures["randomShare"] == 1)
        #expect(run.figures["textCompressedMessagesPerSecond"] ?? 0 > 0)
        #expect(run.figures["randomCompressedMessagesPerSecond"] ?? 0 > 0)
    }

    @Test func `two processes can share one processor`() async throws {
        let run = try await BenchProcess("pingpong --one-core --seconds 0.1 --rounds 1 --json")
        #expect(run.exit == .code(0))
        #expect(
            run.keys == [
                "benchmark", "pingpong", "wire", Self.wire, "size", "p50Microseconds", "p99Microseconds",
            ])
    }

    @Test(arguments: [
        "", "nonsense", "broadcast --nodes 1", "mesh --loops 0", "memory --size 1GiB", "broadcast --rounds",
        "all --wire smoke",
    ])
    func `what it cannot do is a wrong use of it`(_ words: String) async throws {
        let run = try await BenchProcess(words)
        #expect(run.exit == .code(64))
        #expect(run.lines == [])
    }

    @Test func `help names every benchmark`() async throws {
        let run = try await BenchProcess("--help")
        #expect(run.exit == .code(0))
        let forms = run.lines.joined(separator: "\n")
        for name in [
            "throughput", "pingpong", "broadcast", "mesh", "handshake", "memory", "preemption", "junk",
            "fairness", "mailbox", "simulation", "discovery", "consensus", "growth", "all",
        ] {
            #expect(forms.contains(name), "\(name)")
        }
    }
}
