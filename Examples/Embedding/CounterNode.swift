import Conclave
import ConclaveConsensus

/// One validator of the ``CounterChain``: its network, its engine, its state.
struct CounterNode: Sendable {
    let chain: CounterChain
    private let engine: ConsensusEngine<CounterChain>
    private let network: PeerNetwork

    /// - Parameter stakes: who validates, the same on every node.
    static func start(
        key: SigningKey, listen: SocketAddress, profile: Profile, stakes: [PeerSet.Member],
        in context: Context
    ) async throws -> CounterNode {
        // What makes it this chain. In production the hash of a genesis file that all have.
        guard let validators = CounterChain.validators(stakes) else { throw CounterFault.noValidators }
        let genesis = Header.genesis(
            chain: Digest(of: Array("counter".utf8)), validators: validators, stateRoot: .zero,
            time: WallTime(milliseconds: 0))
        let chain = try await CounterChain(behind: genesis, stakes: stakes, context: context)
        let network = PeerNetwork(
            try Configuration(
                profile: profile, namespace: "COUNTER_main", maxMessageBytes: 4 << 20, listen: listen),
            key: key, context: context)
        // Δ is how long a message takes at most when all is well; it costs time when wrong, never agreement.
        let plan = ConsensusPlan(
            configuration: try ConsensusConfiguration(delta: .milliseconds(200), epochLength: 100),
            genesis: EpochStart(genesis: genesis, validators: validators), key: key,
            emptyJournal: .neverVoted, history: .everything)
        // Channels are registered before the network starts; the engine tells the oracle who counts.
        let engine = try ConsensusEngine(plan, application: chain, network: network, context: context)
        try network.start()
        try await engine.start()
        return CounterNode(chain: chain, engine: engine, network: network)
    }

    /// The engine before its network, the application last.
    func shutdown() async {
        await engine.shutdown()
        await network.shutdown(within: .seconds(1))
        await chain.close()
    }
}

/// Why a node does not start.
enum CounterFault: Error {
    case noValidators
}
