public import Conclave
public import ConclaveSimulation

/// One validator of a scenario: a machine, a key, and the peer layer of its present process.
public final class Validator {
    public let node: SimulatedNode
    public let key: SigningKey
    /// Nil while its process is down.
    public private(set) var network: PeerNetwork?

    private let profile: Profile
    private let mode: Mode
    private let ledger: Ledger
    private let chatter: Chatter
    let diary: Diary
    private var sender: Sender?
    private var speaker: Child?
    private var writer: Child?

    /// Where every validator listens.
    static let port: UInt16 = 3_000

    init(
        _ node: SimulatedNode, key: SigningKey, profile: Profile, mode: Mode, chatter: Chatter,
        ledger: Ledger, diary: Diary
    ) {
        self.node = node
        self.key = key
        self.profile = profile
        self.mode = mode
        self.chatter = chatter
        self.ledger = ledger
        self.diary = diary
    }

    public var number: Int { node.number }
    public var peer: PeerID { key.publicKey }
    /// Counts the starts of its process from 1.
    public var life: Int { node.starts }
    public var isRunning: Bool { network != nil }
    /// What the engine knows of it: in discovery only the key.
    public var member: PeerSet.Member {
        switch mode {
        case .lookup: PeerSet.Member(peer, at: .symmetric(SocketAddress(node.ip, port: Self.port)))
        case .discovery: PeerSet.Member(peer, at: nil)
        }
    }

    /// What the others' configurations say of it.
    var asBootstrapper: Bootstrapper {
        Bootstrapper(peer, at: .socket(SocketAddress(node.ip, port: Self.port)))
    }

    // MARK: Life

    /// Begins to listen, to hear and to speak; knows nobody yet.
    func begin() throws {
        let configuration = try Configuration(
            profile: profile, namespace: "SCENARIO", maxMessageBytes: 65_536,
            listen: SocketAddress(node.ip, port: Self.port), mode: mode)
        let network = PeerNetwork(configuration, key: key, context: node.context)
        let channel = try network.register(channel: 0, options: ChannelOptions())
        try network.start()
        self.network = network
        sender = channel.sender
        hear(channel.receiver)
        speaker = chatter.speak(as: self, over: channel.sender, into: ledger)
        writer = diary.write(in: node.context)
    }

    private func hear(_ receiver: Receiver) {
        let hearer = number, life = life, ledger = ledger
        node.context.spawn("hearer") { _ in
            var batches: [Batch] = []
            repeat {
                await receiver.next(into: &batches)
                for batch in batches {
                    for message in batch.messages {
                        ledger.heard(by: hearer, life: life, from: batch.peer, Heartbeat(message))
                    }
                }
            } while !batches.isEmpty
        }
    }

    /// Its process is gone.
    func crashed() {
        network = nil
        sender = nil
        speaker = nil
        writer = nil
    }

    /// Says and writes nothing more.
    func fallSilent() {
        speaker?.cancel()
        speaker = nil
        writer?.cancel()
        writer = nil
    }

    /// The peers that it is connected to, in ascending order, bootstrappers excepted.
    public func connected() -> [PeerID] {
        let peers = sender?.connected() ?? []
        guard case .discovery(let bootstrappers, _) = mode else { return peers }
        return peers.filter { peer in !bootstrappers.contains { $0.peer == peer } }
    }
}
