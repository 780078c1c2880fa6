import Conclave
import ConclaveCodec
import ConclavePrimitives
import ConclaveRuntime
import ConclaveSimulation
import Testing

/// A vote, and what is in its way to the same peer. The times are virtual and so exact.
@Suite(.timeLimit(.minutes(2))) struct OvertakingTests {
    @Test(arguments: 1...6 as ClosedRange<UInt64>)
    func `A39 one critical vote overtakes 8 MiB of bulk to the same peer`(seed: UInt64) throws {
        let idle = try Street(seed: seed).timeOfVote(behind: 0)
        let street = try Street(seed: seed)
        let busy = try street.timeOfVote(behind: 8 << 20)
        #expect(busy - idle < .milliseconds(2), "\(busy) behind the block, \(idle) without it")
        // The block is on its way all the time: it takes 67 ms and arrives whole.
        #expect(street.blockCame == nil)
        street.finish()
        #expect(street.blockCame ?? .zero > .milliseconds(67))
    }
}

/// Two nodes and a gigabit between them.
private final class Street {
    private final class Arrivals: Sendable {
        let times = Lock<[Int: Duration]>([:])
        /// On the listener's clock.
        let begin = Lock(Instant(nanoseconds: 0))
    }

    private static let bytesPerSecond = 125_000_000
    private static let voteBytes = 120

    private let simulation: Simulation
    private var senders: [Sender] = []
    private var networks: [PeerNetwork] = []
    private let arrivals = Arrivals()
    private let keys: [SigningKey]
    private let nodes: [SimulatedNode]
    private let blockBytes = 8 << 20

    init(seed: UInt64) throws {
        var conditions = NetworkConditions.rack
        conditions.bytesPerSecond = Self.bytesPerSecond
        // What `TCP_NOTSENT_LOWAT` and a bounded send buffer leave to the kernel.
        conditions.bufferBytes = 65_536...65_536
        let simulation = Simulation(seed: seed, conditions: conditions)
        self.simulation = simulation
        keys = try (0..<2).map { try SigningKey(seed: [UInt8](repeating: $0 + 1, count: 32)) }
        nodes = (0..<2).map { simulation.addNode("node \($0)") }
        for number in 0..<2 { try start(number) }
        let outcome = simulation.run(atMost: .seconds(30)) { [self] in
            senders.indices.allSatisfy { senders[$0].connected().count == 1 }
        }
        #expect(outcome == .done)
        simulation.run(for: .milliseconds(100))
    }

    private func start(_ number: Int) throws {
        let context = nodes[number].context
        var profile = Profile.simulation
        profile.laneBytes = 16 << 20
        let configuration = try Configuration(
            profile: profile, namespace: "TEST", maxMessageBytes: 8 << 20,
            listen: SocketAddress(nodes[number].ip, port: 3_000))
        let network = PeerNetwork(configuration, key: keys[number], context: context)
        let (sender, receiver) = try network.register(channel: 0, options: ChannelOptions())
        try network.start()
        networks.append(network)
        senders.append(sender)
        let set = try PeerSet(
            primary: zip(keys, nodes).map { key, node in
                PeerSet.Member(key.publicKey, at: .symmetric(SocketAddress(node.ip, port: 3_000)))
            })
        context.spawn("oracle") { _ in try await network.oracle.track(0, set) }
        guard number == 1 else { return }
        context.spawn("receiver") { [arrivals] context in
            for await (_, message) in receiver {
                let now = context.clock.now
                let time = arrivals.begin.withLock { $0 }.duration(to: now)
                arrivals.times.withLock { $0[message.count] = time }
            }
        }
    }

    /// How long a vote takes that is sent when so many bytes have been on their way for a while.
    func timeOfVote(behind bytes: Int) throws -> Duration {
        let peer = keys[1].publicKey
        arrivals.begin.withLock { $0 = nodes[1].context.clock.now }
        if bytes > 0 {
            let sent = try send([UInt8](repeating: 7, count: bytes), .bulk, to: peer)
            #expect(sent)
        }
        simulation.run(for: .milliseconds(5))
        arrivals.begin.withLock { $0 = nodes[1].context.clock.now }
        #expect(try send([UInt8](repeating: 1, count: Self.voteBytes), .critical, to: peer))
        let outcome = simulation.run(atMost: .seconds(1)) { [self] in time(of: Self.voteBytes) != nil }
        #expect(outcome == .done)
        return time(of: Self.voteBytes) ?? .seconds(1)
    }

    /// On the sender's executor, as an engine would.
    private func send(_ message: [UInt8], _ priority: Priority, to peer: PeerID) throws -> Bool {
        var sender = senders[0]
        return try sender.send(message, to: .one(peer), priority: priority).acceptedCount == 1
    }

    private func time(of bytes: Int) -> Duration? { arrivals.times.withLock { $0[bytes] } }

    /// When the block had come, since the vote was sent.
    var blockCame: Duration? { time(of: blockBytes) }

    func finish() {
        simulation.run(for: .seconds(1))
    }
}
