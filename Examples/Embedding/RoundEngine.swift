import Conclave

/// An engine in its smallest form: all validators count rounds together. Whoever is in a round says so; when
/// more than two thirds of the stake are there the next one begins.
actor RoundEngine {
    /// How often a validator says its round again: messages may be lost with the link that they were on.
    private static let pause = Duration.milliseconds(200)

    private nonisolated let context: Context
    private nonisolated let network: PeerNetwork
    private nonisolated let receiver: Receiver
    private var sender: Sender
    private let own: PeerID
    private var validators: [PeerSet.Member] = []
    /// The newest round of each validator that has been heard.
    private var rounds = SortedArray<PeerID, UInt64>()
    private(set) var round: UInt64 = 1

    /// What arrives is handled on the loop of the network, without a hop.
    nonisolated var unownedExecutor: UnownedSerialExecutor {
        unsafe context.executor.asUnownedSerialExecutor()
    }

    /// - Parameter key: the validator's; its half is what the chain knows it by.
    init(key: SigningKey, listen: SocketAddress, profile: Profile, context: Context) throws {
        // Keys prove themselves within a namespace: what was signed for one network means nothing in another.
        let configuration = try Configuration(
            profile: profile, namespace: "ROUNDS_main", maxMessageBytes: 65_536, listen: listen)
        network = PeerNetwork(configuration, key: key, context: context)
        // One channel for each kind of traffic. A peer may send so much on it; more waits in its own lane,
        // and nobody else notices.
        (sender, receiver) = try network.register(
            channel: 0, options: ChannelOptions(backlog: 256, messagesPerSecond: 1_000))
        // Its tasks live in a scope of their own, and end with it.
        self.context = context.scope("rounds")
        own = key.publicKey
    }

    func start() throws {
        try network.start()
        context.spawn("hearing") { _ in
            for await (peer, message) in self.receiver { await self.heard(Array(message), from: peer) }
        }
        context.spawn("telling") { context in
            while true {
                await self.tell()
                try await context.sleep(for: Self.pause)
            }
        }
    }

    /// An epoch begins: these have a stake in it, and nobody else may connect. Sets of the epochs before stay
    /// tracked for as long as `trackedPeerSets` says, so that a hand-over cuts nobody off.
    func follow(epoch: UInt64, _ stakes: [PeerSet.Member]) async throws {
        try await network.oracle.track(epoch, PeerSet(primary: stakes))
        validators = stakes
        tell()
    }

    private func heard(_ bytes: [UInt8], from peer: PeerID) async {
        // The link proves who speaks. What it says is its own affair: check it, and let go of who lies.
        guard let said = try? Epoch(decoding: bytes).number, said <= round + 1 else {
            _ = await network.oracle.block(peer)
            return
        }
        rounds[peer] = max(rounds[peer] ?? 0, said)
        advance()
    }

    private func advance() {
        let there = validators.filter { $0.peer == own || rounds[$0.peer] ?? 0 >= round }
        let weight = there.reduce(0) { $0 + $1.weight }, all = validators.reduce(0) { $0 + $1.weight }
        guard 3 * weight > 2 * all else { return }
        round += 1
        tell()
    }

    private func tell() {
        var writer = Writer()
        writer.integer(round)
        // Says at once who took it, and why anyone did not. It overtakes what is less urgent and waits for
        // the same peer.
        let sent = try? sender.send(writer.bytes, to: .all, priority: .critical)
        context.log.debug("told the round", ["round": "\(round)", "peers": "\(sent?.acceptedCount ?? 0)"])
    }

    /// Afterwards no task, no socket and no link of it is left.
    func shutdown() async {
        await network.shutdown(within: .seconds(1))
        await context.shutdown()
    }
}
