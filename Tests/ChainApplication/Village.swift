import ConclaveChain
import ConclaveChainApplication
import ConclaveCodec
import ConclaveConsensus
import ConclaveConsensusCore
import ConclaveCryptography
import ConclavePeers
import ConclavePeersCore
import ConclavePrimitives
import ConclaveRuntime
import ConclaveSimulation
import ConclaveTelemetry

/// Validators with a staking chain in the simulation: everything that they have in production but disk and
/// sockets.
final class Village {
    /// What a validator told, and where it is reached; outlives its process.
    final class Seen: Sendable {
        let figures = Lock<ChainFigures?>(nil)
        let news = Lock<[ChainNews]>([])
        let refusals = Lock<[MempoolRefusal?]>([])
        let application = Lock<ChainApplication?>(nil)
    }

    final class Validator {
        let node: SimulatedNode
        let key: SigningKey
        let seen = Seen()

        init(_ node: SimulatedNode, _ key: SigningKey) {
            self.node = node
            self.key = key
        }

        var contact: Contact {
            Contact(networkKey: key.publicKey, address: .socket(SocketAddress(node.ip, port: 3_000)))
        }
    }

    let simulation: Simulation
    let validators: [Validator]
    let genesis: ChainGenesis
    private let pace: ChainPace
    /// The last one of these votes twice.
    private let conducts: [Conduct]

    /// - Parameter staked: so many have a stake from the start.
    init(
        _ count: Int, staked: Int? = nil, liars: Int = 0, seed: UInt64, epochLength: UInt64 = 20,
        pace: ChainPace = .every(.milliseconds(50))
    ) throws {
        let simulation = Simulation(seed: seed, conditions: .rack, log: .silent, keep: 256)
        self.simulation = simulation
        let validators = try (0..<count).map { number in
            let key = try SigningKey(seed: [UInt8](repeating: UInt8(number + 1), count: 32))
            return Validator(simulation.addNode("validator-\(number)", loops: 1), key)
        }
        self.validators = validators
        self.pace = pace
        conducts = (0..<count).map { $0 < count - liars ? .honest : .equivocating }
        let identity = ChainIdentity(
            ChainDigest(of: Array("village".utf8)), network: try Namespace("VILLAGE"))
        genesis = try ChainGenesis(
            terms: ChainTerms(identity: identity, epochLength: epochLength),
            accounts: validators.enumerated().map { number, validator in
                let isStaked = number < staked ?? count
                return AccountTree.Entry(
                    key: validator.key.publicKey,
                    account: Account(
                        balance: 10_000, stake: isStaked ? 1_000 : 0,
                        contact: isStaked ? validator.contact : nil))
            })
    }

    func start(_ validator: Validator) throws {
        let context = validator.node.context
        let network = PeerNetwork(
            try Configuration(
                profile: .simulation, namespace: "VILLAGE", maxMessageBytes: 4 << 20,
                listen: SocketAddress(validator.node.ip, port: 3_000)),
            key: validator.key, context: context)
        let gossip = try TransactionGossip(on: network)
        let place = validators.firstIndex { $0 === validator } ?? 0
        var plan = ConsensusPlan(
            configuration: try ConsensusConfiguration(
                delta: .milliseconds(100), epochLength: genesis.terms.schedule.length,
                limits: MessageLimits(bodyBytes: genesis.terms.bodyBytesMax)),
            genesis: try genesis.epochStart, key: validator.key, emptyJournal: .neverVoted,
            history: .everything)
        plan.conduct = conducts[place]
        let (genesis, pace, own) = (genesis, pace, validator.key.publicKey)
        context.spawn("validator") { [plan, seen = validator.seen] context in
            let application = try await ChainApplication.open(
                genesis, own: own, pace: pace, gossip: gossip, context: context.scope("chain")
            ) { news in seen.news.withLock { $0.append(news) } }
            seen.application.withLock { $0 = application }
            let engine = try ConsensusEngine(
                plan, application: application, network: network, context: context)
            try network.start()
            try await engine.start()
            context.spawn("transactions") { _ in
                await gossip.run(into: application) { peer in _ = await network.oracle.block(peer) }
            }
            while true {
                try await context.sleep(for: .milliseconds(100))
                let figures = await application.figures()
                seen.figures.withLock { $0 = figures }
            }
        }
    }

    func startAll() throws { for validator in validators { try start(validator) } }

    /// Hands a transaction to `validator` as if it had come over HTTP.
    func submit(
        _ operation: ConclaveChain.Transaction.Operation, nonce: UInt64, by key: SigningKey,
        to validator: Validator
    ) throws {
        let identity = genesis.terms.identity
        let transaction = try VerifiedTransaction(
            SignedTransaction(
                Transaction(chain: identity.digest, sender: key.publicKey, nonce: nonce, operation), by: key,
                on: identity), on: identity)
        validator.node.context.spawn("submission") { [seen = validator.seen] _ in
            guard let application = seen.application.withLock({ $0 }) else { return }
            let refusal = await application.submit(transaction)
            seen.refusals.withLock { $0.append(refusal) }
        }
    }

    func run(_ duration: Duration) { _ = simulation.run(for: duration) }

    var heights: [UInt64] { validators.map { $0.seen.figures.withLock { $0?.height ?? 0 } } }
    var stakes: [UInt64?] { validators.map { $0.seen.figures.withLock { $0?.stake } } }
}
