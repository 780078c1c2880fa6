import Conclave
import ConclaveCodec
import ConclavePrimitives
import ConclaveRuntime
import ConclaveSimulation
import Testing

/// Nine peers send a node a thousand messages a second each, beside a tenth that keeps to the channel's quota
/// or does not. The times are virtual and so exact.
@Suite(.timeLimit(.minutes(2))) struct FairnessTests {
    @Test(arguments: 1...6 as ClosedRange<UInt64>)
    func `who floods costs the others no message, and their p99 delivery time not a factor of two`(
        seed: UInt64
    ) throws {
        let calm = try Choir(.withinQuota, seed: seed).sing()
        let flooded = try Choir(.asFastAsItCan, seed: seed).sing()
        print(seed, calm.p50, calm.p99, calm.tenth, "|", flooded.p50, flooded.p99, flooded.tenth)
        #expect(calm.lost == 0 && flooded.lost == 0)
        #expect(flooded.p99 < calm.p99 * 2)
        #expect(flooded.tenth <= 2 * Choir.quota + 2_000)
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

    private struct Heard {
        var times: [Duration] = []
        var tenth = 0
    }

    static let quota = 1_250
    private static let honest = 9
    private static let seconds = 2
    private static let messageBytes = 200
    /// What the receiver needs for each message: with those of the nine it is busy for seven tenths of its
    /// time, so that every message too many makes others wait.
    private static let work = Duration.microseconds(75)
    private static let interval = Duration.milliseconds(1)

    private let simulation: Simulation
    private let tenth: Tenth
    private var networks: [PeerNetwork] = []
    private let key: (Int) throws -> SigningKey
    private let heard = Lock(Heard())
    private let sent = Lock(0)

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
        for number in 1...Self.honest + 1 {
            let sender = senders[number], context = nodes[number].context
            if number > Self.honest, tenth == .asFastAsItCan {
                context.spawn("flooder") { _ in try await Self.flood(sender, listener) }
            } else {
                context.spawn("sender") { [sent] context in
                    let count = try await Self.send(sender, to: listener, number, context)
                    if number <= Self.honest { sent.withLock { $0 += count } }
                }
            }
        }
        simulation.run(for: .seconds(Self.seconds + 2))
        return song()
    }

    private func song() -> Song {
        let heard = heard.withLock { $0 }
        let times = heard.times.sorted()
        return Song(
            lost: sent.withLock { $0 } - times.count, p50: times[times.count / 2],
            p99: times[times.count * 99 / 100], tenth: heard.tenth)
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
            let flooder = try key(Self.honest + 1).publicKey, heard = heard
            context.spawn("receiver") { context in
                try await Self.hear(receiver, except: flooder, heard, context)
            }
        }
        return sender
    }

    private static func hear(
        _ receiver: Receiver, except flooder: PeerID, _ heard: borrowing Lock<Heard>, _ context: Context
    ) async throws {
        for await (peer, message) in receiver {
            try await context.sleep(for: work)
            let sentAt = Instant(nanoseconds: try message.withBytes { bytes in
                var reader = Reader(bytes)
                return try reader.integer()
            })
            let time = sentAt.duration(to: context.clock.now)
            heard.withLock { if peer == flooder { $0.tenth += 1 } else { $0.times.append(time) } }
        }
    }

    private static func message(at now: Instant) -> [UInt8] {
        var writer = Writer()
        writer.integer(now.nanoseconds)
        return writer.bytes + [UInt8](repeating: 0x5A, count: messageBytes - writer.bytes.count)
    }

    /// A message every millisecond; the peers begin one after the other within the first. Says how many.
    private static func send(
        _ sender: Sender, to peer: PeerID, _ number: Int, _ context: Context
    ) async throws -> Int {
        var sender = sender
        try await context.sleep(for: interval * number / 10)
        let count = seconds * 1_000
        for _ in 0..<count {
            _ = try sender.send(message(at: context.clock.now), to: .one(peer))
            try await context.sleep(for: interval)
        }
        return count
    }

    private static func flood(_ sender: Sender, _ peer: PeerID) async throws {
        var sender = sender
        let message = message(at: Instant(nanoseconds: 0))
        while true {
            if try sender.send(message, to: .one(peer)).acceptedCount == 0 {
                guard await sender.room(for: peer) else { return }
            }
        }
    }
}
