import Conclave
import ConclaveCodec
import ConclavePrimitives
import ConclaveRuntime
import ConclaveSimulation
import Testing

/// Nine peers send a node a thousand messages a second each, beside a tenth that keeps to the channel's quota
/// or does not. The times are virtual and so exact.
@Suite(.timeLimit(.minutes(2))) struct FairnessTests {
    @Test(arguments: [1, 2, 3, 4, 5, 6] as [UInt64])
    func `who floods costs the others no message, and their p99 delivery time not a factor of two`(
        seed: UInt64
    ) throws {
        let calm = try Choir(.withinQuota, seed: seed).sing()
        let flooded = try Choir(.asFastAsItCan, seed: seed).sing()
        #expect(calm.lost == 0 && flooded.lost == 0)
        #expect(flooded.p99 < calm.p99 * 2)
        // It got its quota over the four seconds, a burst of it, and what one read brings.
        #expect(flooded.tenth > calm.tenth && flooded.tenth <= 5 * Choir.quota + 1_200)
    }
}

/// A node and ten that send to it.
private final class Choir {
    enum Tenth { case withinQuota, asFastAsItCan }

    struct Song {
        /// Messages of the nine that never came.
        let lost: Int
        let p50: Duration, p99: Duration
        /// Messages of the tenth that came.
        let tenth: Int
    }

    /// What was sent by the nine and heard of all.
    private final class Record: Sendable {
        let times = Lock<[Duration]>([])
        let tenth = Lock(0)
        let sent = Lock(0)
        /// When it began on the receiver's clock.
        let begin = Lock(Instant(nanoseconds: 0))
    }

    static let quota = 1_250
    private static let honest = 9
    private static let seconds = 2
    private static let messageBytes = 200
    /// What the receiver needs for each message, so that a clump of them makes others wait.
    private static let work = Duration.microseconds(10)
    private static let interval = Duration.milliseconds(1)

    private let simulation: Simulation
    private let tenth: Tenth
    private var networks: [PeerNetwork] = []
    private let key: (Int) throws -> SigningKey
    private let record = Record()

    init(_ tenth: Tenth, seed: UInt64) throws {
        simulation = Simulation(seed: seed, conditions: .rack)
        self.tenth = tenth
        key = { try SigningKey(seed: [UInt8($0 + 1)] + [UInt8](repeating: 7, count: 31)) }
    }

    func sing() throws -> Song {
        let nodes = (0...Self.honest + 1).map { simulation.addNode("node \($0)") }
        let set = try PeerSet(
            primary: nodes.enumerated().map { number, node in
                PeerSet.Member(try key(number).publicKey, at: .symmetric(SocketAddress(node.ip, port: 3_000)))
            })
        var senders: [Sender] = []
        for (number, node) in nodes.enumerated() { senders.append(try start(number, on: node, set)) }
        let listener = try key(0).publicKey
        let outcome = simulation.run(atMost: .seconds(30)) {
            senders.indices.allSatisfy { senders[$0].connected().count == Self.honest + 1 }
        }
        #expect(outcome == .done)
        // Each node's clock counts from a time of its own.
        let begins = nodes.map { $0.context.clock.now }
        record.begin.withLock { $0 = begins[0] }
        for number in 1...Self.honest + 1 {
            let begin = begins[number]
            let sender = senders[number], context = nodes[number].context
            if number > Self.honest, tenth == .asFastAsItCan {
                context.spawn("flooder") { _ in try await Self.flood(sender, listener) }
            } else {
                context.spawn("sender") { [record] context in
                    let count = try await Self.send(sender, to: listener, number, since: begin, context)
                    if number <= Self.honest { record.sent.withLock { $0 += count } }
                }
            }
        }
        simulation.run(for: .seconds(Self.seconds + 2))
        return song()
    }

    private func song() -> Song {
        let times = record.times.withLock { $0.sorted() }
        return Song(
            lost: record.sent.withLock { $0 } - times.count, p50: times[times.count / 2],
            p99: times[times.count * 99 / 100], tenth: record.tenth.withLock { $0 })
    }

    private func start(_ number: Int, on node: SimulatedNode, _ set: PeerSet) throws -> Sender {
        let context = node.context
        let configuration = try Configuration(
            profile: .simulation, namespace: "TEST", maxMessageBytes: 65_536,
            listen: SocketAddress(node.ip, port: 3_000))
        let network = PeerNetwork(configuration, key: try key(number), context: context)
        let isFlooder = number > Self.honest && tenth == .asFastAsItCan
        let (sender, receiver) = try network.register(
            channel: 0,
            options: isFlooder ? ChannelOptions() : ChannelOptions(messagesPerSecond: Self.quota))
        try network.start()
        networks.append(network)
        context.spawn("oracle") { _ in try await network.oracle.track(0, set) }
        if number == 0 {
            let flooder = try key(Self.honest + 1).publicKey, record = record
            context.spawn("receiver") { context in
                try await Self.hear(receiver, except: flooder, record, context)
            }
        }
        return sender
    }

    private static func hear(
        _ receiver: Receiver, except flooder: PeerID, _ record: Record, _ context: Context
    ) async throws {
        for await (peer, message) in receiver {
            try await context.sleep(for: work)
            let sentAt = try message.withBytes { bytes in
                var reader = Reader(bytes)
                return Duration.nanoseconds(try reader.integer(Int64.self))
            }
            let time = record.begin.withLock { $0 }.duration(to: context.clock.now) - sentAt
            if peer == flooder {
                record.tenth.withLock { $0 += 1 }
            } else {
                record.times.withLock { $0.append(time) }
            }
        }
    }

    private static func message(at time: Duration) -> [UInt8] {
        var writer = Writer()
        writer.integer(time.saturatingNanoseconds)
        return writer.bytes + [UInt8](repeating: 0x5A, count: messageBytes - writer.bytes.count)
    }

    /// A message every millisecond; the peers begin one after the other within the first. Says how many.
    private static func send(
        _ sender: Sender, to peer: PeerID, _ number: Int, since begin: Instant, _ context: Context
    ) async throws -> Int {
        var sender = sender
        try await context.sleep(for: interval * number / 10)
        let count = seconds * 1_000
        for _ in 0..<count {
            _ = try sender.send(message(at: begin.duration(to: context.clock.now)), to: .one(peer))
            try await context.sleep(for: interval)
        }
        return count
    }

    private static func flood(_ sender: Sender, _ peer: PeerID) async throws {
        var sender = sender
        let message = message(at: .zero)
        while true {
            if try sender.send(message, to: .one(peer)).acceptedCount == 0 {
                guard await sender.room(for: peer) else { return }
            }
        }
    }
}
