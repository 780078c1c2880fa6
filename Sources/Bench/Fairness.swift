import Conclave
import ConclaveCodec
import ConclavePrimitives
import ConclaveRuntime
import ConclaveSystem

/// What nine peers that keep to the quota notice of a tenth that does not: their delivery times and losses,
/// first while the tenth sends a thousand messages a second as they do, then while it sends whatever its
/// outbox takes.
///
/// Three processes: the listener with one loop, because the links that share a loop with the flooder's are
/// those that could suffer; the nine in one process, because they take a few percent of a core together; the
/// tenth in one of its own, because the work of flooding is the flooder's machine's and must not delay the
/// others before they reach the wire. A delivery time goes from just before the send to the listener's
/// application, on the monotonic clock that all processes of a machine share. Both cases are measured over
/// the same ten connections, one after the other.
enum Fairness: PairBenchmark {
    static let name = "fairness"
    static let settings: [Setting] = []
    static let figures = [
        "calmP50Microseconds", "calmP99Microseconds", "p50Microseconds", "p99Microseconds", "ratio", "lost",
        "floodPerSecond",
    ]

    /// Peers that keep to the quota.
    static let honest = 9
    /// Twice what they send.
    static let quota = 2_000
    /// Between the two cases, so that no message counts in both.
    static let settling = Duration.milliseconds(100)
    private static let interval = Duration.milliseconds(1)

    static func channel() throws -> ChannelOptions {
        try ChannelOptions(
            messagesPerSecond: quota, bytesPerSecond: quota * (FairnessMessage.byteCount + 20))
    }

    /// Sends now and then every millisecond, with the time of each; what a late wake-up missed is made up.
    static func pace(
        in context: Context, until isOver: (Instant) -> Bool, _ send: (Instant) throws -> Void
    ) async throws {
        var due = context.clock.now
        while true {
            let now = context.clock.now
            if isOver(now) { return }
            if due <= now {
                try send(now)
                due = due.advanced(by: interval)
            } else {
                try await context.sleep(until: due)
            }
        }
    }

    // MARK: Listener

    static func listen(_ options: BenchOptions, _ context: Context) async throws {
        let node = try await BenchNode.listen(
            options.sized(FairnessMessage.byteCount), dialers: honest + 1, channel: channel(),
            context: context)
        let flooder = try SigningKey(seed: BenchNode.dialerKey(honest)).publicKey
        var record = FairnessRecord()
        var batches: [Batch] = []
        while record.finished < honest {
            await node.receiver.next(into: &batches)
            if batches.isEmpty { break }
            for batch in batches {
                let now = context.clock.now
                for message in batch.messages {
                    let message = try message.withBytes { try FairnessMessage(decoding: $0) }
                    if batch.peer == flooder {
                        record.heardFlooder(message)
                    } else {
                        record.heard(message, at: now)
                    }
                }
            }
        }
        BenchProgram.say(record.figures(over: options.duration).line)
        await node.network.shutdown(within: .zero)
    }

    // MARK: The nine, and the tenth's process

    static func dial(_ options: BenchOptions, _ context: Context) async throws {
        var nodes: [(node: BenchNode, peer: PeerID)] = []
        for number in 0..<honest {
            nodes.append(
                try await BenchNode.dial(
                    options.sized(FairnessMessage.byteCount), number: number, channel: channel(),
                    context: context.scope("node-\(number)")))
        }
        let words = [name] + options.arguments(as: .flooder, port: options.port)
        let tenth = try ChildProcess(.init(path: "/proc/self/exe", arguments: words), in: context)
        guard await tenth.lines.next() == "connected" else {
            throw RoundFailed(description: "the tenth peer did not connect")
        }
        let calmEnd = context.clock.now.advanced(by: options.duration)
        let end = calmEnd.advanced(by: settling + options.duration)
        let running = nodes.enumerated().map { number, node in
            context.spawn("honest-\(number)") { context in
                try await context.sleep(for: interval * number / honest)
                try await send(from: node.node, to: node.peer, calmUntil: calmEnd, until: end, context)
            }
        }
        for child in running { if let error = await child.failure() { throw error } }
        _ = try await tenth.exit()
    }

    private static func send(
        from node: BenchNode, to peer: PeerID, calmUntil: Instant, until end: Instant, _ context: Context
    ) async throws {
        var sender = node.sender
        var count: UInt64 = 0
        let floodStart = calmUntil.advanced(by: settling)
        try await pace(in: context, until: { $0 >= end }) { now in
            guard now < calmUntil || now >= floodStart else { return }
            let kind = now < calmUntil ? FairnessMessage.Kind.calm : .flooded
            _ = try sender.send(FairnessMessage(kind, now.nanoseconds).encoded, to: .one(peer))
            count += 1
        }
        while try sender.send(FairnessMessage(.last, count).encoded, to: .one(peer)).acceptedCount == 0 {
            try await context.sleep(for: interval)
        }
        await node.network.shutdown(within: .seconds(10))
    }
}
