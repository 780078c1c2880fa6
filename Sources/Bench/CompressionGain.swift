import Conclave
import ConclavePrimitives
import ConclaveRuntime
import ConclaveTransport

/// What LZ4 on a channel costs and spares: one node of this process sends to another whatever the outbox
/// takes, text first and then random bytes, each on a channel without compression and on one with it. All
/// processor time of the process is divided by the messages, so both ends count.
enum CompressionGain: MeshBenchmark {
    static let name = "compression"
    static let settings: [Setting] = [.size]
    static let figures = [
        "textMessagesPerSecond", "textCompressedMessagesPerSecond", "textShare", "textAddedMicroseconds",
        "textPaysBelowMegabits", "randomMessagesPerSecond", "randomCompressedMessagesPerSecond",
        "randomShare", "randomAddedMicroseconds",
    ]

    /// Until what was accepted is delivered.
    private static let patience = Duration.seconds(30)
    private static let pause = Duration.milliseconds(1)
    /// Messages between two looks at the clock.
    private static let batch = 16
    private static let cases = 4

    private struct Cost {
        let perSecond, microseconds: Double
    }

    static func measure(_ options: BenchOptions, _ context: Context) async throws -> Figures {
        BenchNode.sayLanes()
        let text = Payload.text(bytes: options.size), random = Payload.random(bytes: options.size)
        let textPlain = try await cost(of: text, .off, options, context)
        let textShort = try await cost(of: text, .lz4, options, context)
        let randomPlain = try await cost(of: random, .off, options, context)
        let randomTried = try await cost(of: random, .lz4, options, context)
        let added = textShort.microseconds - textPlain.microseconds
        return Figures([
            "textMessagesPerSecond": textPlain.perSecond,
            "textCompressedMessagesPerSecond": textShort.perSecond,
            "textShare": share(of: text), "textAddedMicroseconds": added,
            // A bit spared against a microsecond spent: megabits a second.
            "textPaysBelowMegabits": added > 0
                ? Double(text.count) * (1 - share(of: text)) * 8 / added : .greatestFiniteMagnitude,
            "randomMessagesPerSecond": randomPlain.perSecond,
            "randomCompressedMessagesPerSecond": randomTried.perSecond, "randomShare": share(of: random),
            "randomAddedMicroseconds": randomTried.microseconds - randomPlain.microseconds,
        ])
    }

    /// What travels of a message, against its length.
    private static func share(of message: [UInt8]) -> Double {
        guard let short = CompressedMessage.encoding(message) else { return 1 }
        return Double(short.count) / Double(message.count)
    }

    private static func cost(
        of message: [UInt8], _ compression: ChannelOptions.Compression, _ options: BenchOptions,
        _ context: Context
    ) async throws -> Cost {
        var pair = options
        pair.nodes = 2
        let channel = try ChannelOptions(
            backlog: BenchNode.messagesMax, overflow: .pauseReading, compression: compression)
        let mesh = try await BenchMesh(pair, channel: channel, context: context)
        let heard = DeliveryCount(at: mesh.nodes[1], context)
        let start = context.clock.now, processorBefore = Resources.processorSeconds
        let sent = try await send(
            message, through: mesh, until: start.advanced(by: options.duration / cases), context)
        let deadline = context.clock.now.advanced(by: patience)
        while heard.count < sent, context.clock.now < deadline { try await context.sleep(for: pause) }
        let processor = Resources.processorSeconds - processorBefore
        let seconds = start.duration(to: heard.last ?? start).inSeconds
        await mesh.shutdown()
        guard heard.count == sent, sent > 0 else {
            throw RoundFailed(description: "\(heard.count) deliveries of \(sent) messages")
        }
        return Cost(perSecond: Double(sent) / seconds, microseconds: processor / Double(sent) * 1e6)
    }

    /// Returns how many messages were accepted.
    private static func send(
        _ message: [UInt8], through mesh: BenchMesh, until end: Instant, _ context: Context
    ) async throws -> Int {
        let sent = Lock(0)
        let child = context.spawn("sender", on: mesh.nodes[0].executor) { context in
            var sender = mesh.nodes[0].sender
            while context.clock.now < end {
                var accepted = 0, isFull = false
                for _ in 0..<batch where !isFull {
                    let count = try sender.send(message, to: .all).acceptedCount
                    accepted += count
                    isFull = count == 0
                }
                sent.withLock { [accepted] in $0 += accepted }
                if isFull, let peer = sender.connected().first { await sender.room(for: peer) }
            }
        }
        if let error = await child.failure() { throw error }
        return sent.withLock { $0 }
    }
}
