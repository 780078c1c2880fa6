import Conclave
import ConclavePrimitives
import ConclaveRuntime

/// How long one critical message takes while 8 MiB of bulk are on their way to the same peer, against an idle
/// link: from just before the send to the listener's application, on the monotonic clock that all processes
/// of a machine share. Both cases take turns on one link.
enum Preemption: PairBenchmark {
    static let name = "preemption"
    static let settings: [Setting] = [.size]
    static let figures = [
        "idleP50Microseconds", "idleP99Microseconds", "p50Microseconds", "p99Microseconds",
        "addedP50Microseconds", "addedP99Microseconds", "samples", "late", "overtakenBytes",
    ]

    /// The largest message of the local profile, and as many of them as make 8 MiB.
    private static let bulkBytes = 1 << 20, bulkMessages = 8
    /// From the bulk to the critical message, in turn, so that it meets them at different stages: all of it
    /// takes about three milliseconds.
    private static let leads: [Duration] = [.microseconds(100), .microseconds(400), .microseconds(900)]

    static func listen(_ options: BenchOptions, _ context: Context) async throws {
        let node = try await BenchNode.listen(options.sized(bulkBytes), context: context)
        var record = PreemptionRecord(bulkMessages: bulkMessages, bulkBytes: bulkBytes)
        var sender = node.sender
        var batches: [Batch] = []
        var isOver = false
        while !isOver {
            await node.receiver.next(into: &batches)
            if batches.isEmpty { break }
            for batch in batches {
                let now = context.clock.now.nanoseconds
                for message in batch.messages {
                    let message = try message.withBytes { try PreemptionMessage(decoding: $0) }
                    isOver = isOver || message.kind == .last
                    // The dialer waits for it, and goes on.
                    if record.heard(message, at: now) {
                        _ = try sender.send([0], to: .one(batch.peer), priority: .critical)
                    }
                }
            }
        }
        BenchProgram.say(record.figures.line)
        await node.network.shutdown(within: .zero)
    }

    static func dial(_ options: BenchOptions, _ context: Context) async throws {
        let (node, peer) = try await BenchNode.dial(options.sized(bulkBytes), context: context)
        var sender = node.sender
        var batches: [Batch] = []
        func send(_ kind: PreemptionMessage.Kind, _ priority: Priority) throws {
            let message = PreemptionMessage(kind, sentAt: context.clock.now.nanoseconds)
            let bytes = message.encoded(bytes: options.size)
            guard try sender.send(bytes, to: .one(peer), priority: priority).acceptedCount == 1 else {
                throw RoundFailed(description: "a message was refused")
            }
        }
        let bulk = PreemptionMessage(.bulk).encoded(bytes: bulkBytes)
        let end = context.clock.now.advanced(by: options.duration)
        var turn = 0
        while context.clock.now < end {
            try send(.idle, .critical)
            await node.receiver.next(into: &batches)
            for _ in 0..<bulkMessages { _ = try sender.send(bulk, to: .one(peer), priority: .bulk) }
            try await context.sleep(for: leads[turn % leads.count])
            try send(.urgent, .critical)
            await node.receiver.next(into: &batches)
            turn += 1
        }
        try send(.last, .critical)
        await node.closed()
        await node.network.shutdown(within: .zero)
    }
}
