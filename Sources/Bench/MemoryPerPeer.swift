import Conclave
import ConclavePrimitives
import ConclaveRuntime

/// What a connection costs the hub's end of it: the hub is one process, its peers are another. Memory is what
/// the kernel counts as the hub's own (`RssAnon`), less what it was with one link that had been used, after
/// the allocator gave back what it could.
///
/// - Idle: every peer connected, nothing sent for a second.
/// - Used: every peer has sent 256 messages and got them back, then a second of quiet.
/// - Trimmed: after `malloc_trim`, which gives the kernel back what the allocator keeps for later.
/// - Unread: one peer sends 2 MiB again and again and never reads the echoes; the most in that time, above
///   what it was before, and what the profile allows one peer.
enum MemoryPerPeer: PairBenchmark {
    static let name = "memory"
    static let settings: [Setting] = [.nodes, .size, .loops]
    static let figures = [
        "idleBytesPerPeer", "usedBytesPerPeer", "idleTrimmedBytesPerPeer", "usedTrimmedBytesPerPeer",
        "unreadBytes", "unreadBudgetBytes",
    ]

    /// Messages that a peer sends when it is told to.
    static let messages = 256
    /// Of a message whose echo nobody reads; the largest of this benchmark.
    static let unreadBytes = 2 << 20

    static func references(_ options: BenchOptions) -> [Reference] {
        [
            Reference(
                name: "ZeroMQ CURVE", program: "zmqbench", arguments: ["rss", "curve", "\(options.nodes)"])
        ]
    }

    static func listen(_ options: BenchOptions, _ context: Context) async throws {
        let node = try await BenchNode.listen(
            options.sized(unreadBytes), channel: ChannelOptions(), context: context)
        BenchProgram.complain("differs from the command's default: messages of up to 2 MiB")
        try await MemoryHub(node: node, options: options, context: context).measure()
    }

    static func dial(_ options: BenchOptions, _ context: Context) async throws {
        let first = try await MemoryPeer(0, options, context)
        context.spawn("peer-0") { context in
            try await first.run {
                for number in 1...options.nodes { add(number, options, context) }
            }
        }
        await first.closed()
    }

    private static func add(_ number: Int, _ options: BenchOptions, _ context: Context) {
        let executor = context.executors[number % context.executors.count]
        context.spawn("peer-\(number)", on: executor) { context in
            try await MemoryPeer(number, options, context).run()
        }
    }
}
