import Conclave
import ConclaveConsensus
import ConclaveSimulation

/// One validator of a chain: a machine, a key, and the network and the engine of its present process.
package final class ChainValidator {
    let node: SimulatedNode
    let key: SigningKey
    private(set) var network: PeerNetwork?
    private(set) var engine: ConsensusEngine<StoryChain>?

    private static let namespace = "CHAIN"
    private static let port: UInt16 = 3_000
    /// Room for the longest answer of the engine.
    private static let messageBytesMax = 4 << 20

    init(_ node: SimulatedNode, _ key: SigningKey) {
        self.node = node
        self.key = key
    }

    var isRunning: Bool { network != nil }
    var socket: SocketAddress { SocketAddress(node.ip, port: Self.port) }
    var member: PeerSet.Member { PeerSet.Member(key.publicKey, at: .symmetric(socket)) }

    /// Begins to listen and to take part, with what its disk knows.
    func begin(_ scenario: Scenario, _ rules: ChainRules, genesis: EpochStart, _ chain: StoryChain) throws {
        let context = node.context
        let network = PeerNetwork(
            try Configuration(
                profile: scenario.profile, namespace: Self.namespace, maxMessageBytes: Self.messageBytesMax,
                listen: socket, wire: scenario.wire.choice(of: node.number)),
            key: key, context: context)
        let plan = ConsensusPlan(
            configuration: try ConsensusConfiguration(delta: rules.delta, epochLength: rules.epochLength),
            genesis: genesis, key: key, emptyJournal: .neverVoted,
            history: .everything)
        let engine = try ConsensusEngine(plan, application: chain, network: network, context: context)
        try network.start()
        context.spawn("start") { _ in try await engine.start() }
        self.network = network
        self.engine = engine
    }

    /// Its process is gone.
    func crashed() {
        network = nil
        engine = nil
    }
}
