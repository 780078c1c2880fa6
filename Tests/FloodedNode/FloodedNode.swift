import Conclave
import ConclaveTestNodes
import Glibc

/// A node in a process of its own, so that a test sees what memory peers cost it and nothing else:
/// `ConclaveFloodedNode PEERS BUDGET MESSAGE-MAX CHANNELS hear|echo`. Says on standard output which port it
/// has, then its figures again and again until it is killed: numbers in the order of ``Figures``.
@main
enum FloodedNode {
    static func main() {
        let words = CommandLine.arguments.dropFirst()
        let numbers = words.compactMap { Int($0) }
        guard numbers.count == 4, let deed = words.last.flatMap({ Deed(rawValue: $0) }) else { exit(64) }
        do {
            let runtime = try SystemRuntime(loops: 1, log: .silent)
            exit(
                runtime.run { context in
                    try await run(
                        peers: numbers[0], budget: numbers[1], messageMax: numbers[2], channels: numbers[3],
                        deed, context)
                    return 0
                })
        } catch {
            exit(71)
        }
    }

    enum Deed: String {
        /// Reads nothing that comes.
        case hear
        /// Answers each message with one of the largest size.
        case echo
    }

    private static func run(
        peers: Int, budget: Int, messageMax: Int, channels: Int, _ deed: Deed, _ context: Context
    ) async throws {
        let node = try TestNode(
            1, context: context, profile: .flooded(budget: budget, peers: peers + 1),
            maxMessageBytes: messageMax,
            options: (0..<channels).map { _ in try ChannelOptions(backlog: 1 << 20) })
        try node.network.start()
        let nowhere = PeerAddress.symmetric(SocketAddress(.loopback, port: 9))
        let keys = try (0..<peers).map { try SigningKey.attacker($0).publicKey }
        try await node.network.oracle.track(
            0, PeerSet(primary: [node.member()], secondary: keys.map { .init($0, at: nowhere) }))
        let before = residentBytes()
        say([Int(node.network.address?.port ?? 0)])
        if deed == .echo { context.spawn("echo") { _ in try await echo(node, messageMax) } }
        while true {
            let bound = node.network.memoryBound(peers: peers)
            let figures = Figures(
                await node.network.snapshot(), bound, residentGrowth: residentBytes() - before)
            say(figures.numbers)
            try await context.sleep(for: .milliseconds(10))
        }
    }

    private static func echo(_ node: TestNode, _ bytes: Int) async throws {
        var sender = node.sender
        for await (peer, _) in node.receiver {
            _ = try sender.send([UInt8](repeating: 1, count: bytes), to: .one(peer))
        }
    }

    private static func say(_ numbers: [Int]) {
        print(numbers.map { "\($0)" }.joined(separator: " "))
        fflush(nil)
    }
}
