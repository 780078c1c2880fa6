import Conclave
import ConclavePrimitives
import ConclaveRuntime

/// One way as fast as it goes: the dialer sends whatever the outbox takes, the listener counts and takes the
/// time from the first message to the last.
enum Throughput: PairBenchmark {
    static let name = "throughput"
    static let settings: [Setting] = [.size]
    static let figures = ["messagesPerSecond"]

    static func references(_ options: BenchOptions) -> [Reference] {
        let size = "\(options.size)", seconds = "\(options.duration.inSeconds)"
        return [
            Reference(
                name: Reference.plainC, program: "ceiling",
                arguments: ["oneway", "ossl-chacha", size, seconds, "65536"]),
            Reference(
                name: "ZeroMQ CURVE", program: "zmqbench", arguments: ["oneway", "curve", size, seconds]),
        ]
    }

    static func listen(_ options: BenchOptions, _ context: Context) async throws {
        let node = try await BenchNode.listen(options, context: context)
        context.spawn("end") { _ in
            await node.closed()
            await node.network.shutdown(within: .zero)
        }
        var batches: [Batch] = []
        var count = 0, sum = 0
        var first: Instant?
        var last = context.clock.now
        while true {
            await node.receiver.next(into: &batches)
            if batches.isEmpty { break }
            if first == nil { first = context.clock.now }
            for batch in batches {
                count += batch.count
                // Every message is looked at, so that the bytes really arrive in this core.
                batch.withEach { bytes in
                    sum &+= Int(bytes.byteCount > 0 ? unsafe bytes.unsafeLoad(as: UInt8.self) : 0)
                }
            }
            last = context.clock.now
        }
        let seconds = (first ?? last).duration(to: last).inSeconds
        BenchProgram.say(
            Figures(["messagesPerSecond": Double(count) / seconds, "sum": Double(sum % 251)]).line)
    }

    static func dial(_ options: BenchOptions, _ context: Context) async throws {
        let (node, peer) = try await BenchNode.dial(options, context: context)
        var sender = node.sender
        let payload = [UInt8](repeating: 0x5A, count: options.size)
        let end = context.clock.now.advanced(by: options.duration)
        while context.clock.now < end {
            var isFull = false
            for _ in 0..<64 where !isFull {
                isFull = try sender.send(payload, to: .one(peer)).acceptedCount == 0
            }
            if isFull { await sender.room(for: peer) }
        }
        await node.network.shutdown(within: .seconds(10))
    }
}
