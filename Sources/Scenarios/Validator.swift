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
    /// What it dials in after its next start.
    var wire: WireChoice
    let ledger: Ledger
    private let chatter: Chatter
    let diary: Diary
    private let pace = ReadingPace()
    /// Messages of each other one that may wait in its inbox.
    let backlog: Int
    private(set) var sender: Sender?
    private var speaker: Child?
    private var writer: Child?

    /// Where it listens, and will after its next start.
    public internal(set) var port = Validator.firstPort
    /// Where it is said to be, if that is not so.
    var claim: SocketAddress?

    package static let namespace = "SCENARIO"
    /// Where every validator listens at first.
    static let firstPort: UInt16 = 3_000

    init(
        _ node: SimulatedNode, key: SigningKey, profile: Profile, mode: Mode, wire: WireChoice,
        chatter: Chatter,
        backlog: Int, ledger: Ledger, diary: Diary
    ) {
        self.node = node
        self.key = key
        self.profile = profile
        self.mode = mode
        self.wire = wire
        self.chatter = chatter
        self.backlog = backlog
        self.ledger = ledger
        self.diary = diary
    }

    public var number: Int { node.number }
    public var peer: PeerID { key.publicKey }
    /// Counts the starts of its process from 1.
    public var life: Int { node.starts }
    public var isRunning: Bool { network != nil }
    /// Where it is.
    package var socket: SocketAddress { SocketAddress(node.ip, port: port) }
    /// Where the others are told that it is. Its connections come from where it is.
    var address: PeerAddress { .asymmetric(ingress: .socket(claim ?? socket), egress: node.ip) }
    /// What the engine knows of it: in discovery only the key.
    public var member: PeerSet.Member {
        switch mode {
        case .lookup: PeerSet.Member(peer, at: address)
        case .discovery: PeerSet.Member(peer, at: nil)
        }
    }

    /// What the others' configurations say of it.
    var asBootstrapper: Bootstrapper { Bootstrapper(peer, at: .socket(socket)) }

    // MARK: Life

    /// Begins to listen, to hear and to speak; knows nobody yet.
    func begin() throws {
        let configuration = try Configuration(
            profile: profile, namespace: Self.namespace, maxMessageBytes: 65_536,
            listen: socket, mode: mode.advertising(claim), wire: wire)
        let network = PeerNetwork(configuration, key: key, context: node.context)
        let channel = try network.register(channel: 0, options: ChannelOptions(backlog: backlog))
        try network.start()
        self.network = network
        sender = channel.sender
        hear(channel.receiver)
        speaker = chatter.speak(as: self, over: channel.sender, into: ledger)
        writer = diary.write(in: node.context)
    }

    /// How it reads its inbox from now on.
    func read(_ reading: Reading) {
        pace.change(to: reading)
    }

    private func hear(_ receiver: Receiver) {
        let hearer = number, life = life, ledger = ledger, pace = pace
        node.context.spawn("hearer") { context in
            var batches: [Batch] = []
            repeat {
                // A call of something that may wait costs as much as all else here.
                if !pace.isEager { try await pace.pause(in: context) }
                await receiver.next(into: &batches)
                for batch in batches {
                    let peer = batch.peer
                    batch.withEach { message in
                        ledger.heard(by: hearer, life: life, from: peer, Heartbeat(message))
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

extension Mode {
    /// The same, for one who says that it is there; where it listens if nil.
    fileprivate func advertising(_ claim: SocketAddress?) -> Mode {
        switch self {
        case .lookup: self
        case .discovery(let bootstrappers, _):
            .discovery(bootstrappers: bootstrappers, advertise: claim.map(Ingress.socket))
        }
    }
}
