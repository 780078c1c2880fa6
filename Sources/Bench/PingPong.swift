import Conclave
import ConclavePrimitives
import ConclaveRuntime

/// Round trips of one message at a time; the application's task runs on the link's loop at both ends.
enum PingPong: PairBenchmark {
    static let name = "pingpong"
    static let settings: [Setting] = [.size]
    static let figures = ["p50Microseconds", "p99Microseconds"]

    /// Round trips before the clock runs: caches, frequency and the socket's windows have settled by then.
    private static let warmUp = 2_000

    static func references(_ options: BenchOptions) -> [Reference] {
        [
            Reference(
                name: Reference.plainC, program: "ceiling",
                arguments: [
                    "pingpong", "ossl-chacha", "\(options.size)", "20000", options.isSpinning ? "1" : "0",
                ]),
            Reference(
                name: "ZeroMQ CURVE", program: "zmqbench",
                arguments: ["pingpong", "curve", "\(options.size)", "20000"]),
        ]
    }

    static func listen(_ options: BenchOptions, _ context: Context) async throws {
        let node = try await BenchNode.listen(options, context: context)
        context.spawn("end") { _ in
            await node.closed()
            await node.network.shutdown(within: .zero)
        }
        var sender = node.sender
        var batches: [Batch] = []
        while true {
            await node.receiver.next(into: &batches)
            if batches.isEmpty { break }
            for batch in batches {
                for message in batch.messages {
                    _ = try sender.send(Array(message), to: .one(batch.peer), priority: .critical)
                }
            }
        }
    }

    static func dial(_ options: BenchOptions, _ context: Context) async throws {
        let (node, peer) = try await BenchNode.dial(options, context: context)
        var sender = node.sender
        var batches: [Batch] = []
        var times: [Double] = []
        let payload = [UInt8](repeating: 1, count: options.size)
        for _ in 0..<warmUp { try await roundTrip(payload, peer, &sender, node.receiver, &batches) }
        let end = context.clock.now.advanced(by: options.duration)
        while context.clock.now < end {
            let start = context.clock.now
            try await roundTrip(payload, peer, &sender, node.receiver, &batches)
            times.append(start.duration(to: context.clock.now).inSeconds * 1e6)
        }
        times.sort()
        let figures = [
            "p50Microseconds": times[times.count / 2], "p99Microseconds": times[times.count * 99 / 100],
        ]
        BenchProgram.say(Figures(figures).line)
        await node.network.shutdown(within: .seconds(1))
    }

    private static func roundTrip(
        _ payload: [UInt8], _ peer: PeerID, _ sender: inout Sender, _ receiver: Receiver,
        _ batches: inout [Batch]
    ) async throws {
        _ = try sender.send(payload, to: .one(peer), priority: .critical)
        await receiver.next(into: &batches)
    }
}
