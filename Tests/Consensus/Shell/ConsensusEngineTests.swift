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
import Testing

/// Validators in the simulation, with everything that they have in production but the disk and the sockets.
final class StoryNetwork {
    final class Validator {
        let node: SimulatedNode
        let key: SigningKey
        let disk = StoryDisk()
        var network: PeerNetwork?
        var engine: ConsensusEngine<StoryChain>?

        init(_ node: SimulatedNode, _ key: SigningKey) {
            self.node = node
            self.key = key
        }
    }

    let simulation: Simulation
    let validators: [Validator]
    private let set: ValidatorSet
    private let members: [PeerSet.Member]
    private let genesis: EpochStart
    private let pause: Duration
    private let epochLength: UInt64

    init(
        _ count: Int, seed: UInt64, conditions: NetworkConditions = .rack,
        pause: Duration = .milliseconds(50),
        epochLength: UInt64 = 1_000
    ) throws {
        let simulation = Simulation(seed: seed, conditions: conditions, log: .silent, keep: 256)
        self.simulation = simulation
        validators = try (0..<count).map { number in
            let key = try SigningKey(seed: [UInt8](repeating: UInt8(number + 1), count: 32))
            return Validator(simulation.addNode("validator-\(number)", loops: 1), key)
        }
        set = try ValidatorSet(validators.map { .init($0.key.publicKey) })
        members = validators.map { validator in
            PeerSet.Member(
                validator.key.publicKey, at: .symmetric(SocketAddress(validator.node.ip, port: 3_000)))
        }
        let chain = Digest(of: Array("chain".utf8))
        genesis = EpochStart(
            genesis: Header.genesis(
                chain: chain, validators: set, stateRoot: .zero, time: WallTime(milliseconds: 0)),
            validators: set)
        self.pause = pause
        self.epochLength = epochLength
    }

    func start(_ validator: Validator) throws {
        var profile = Profile.simulation
        profile.trackedPeerSets = 1
        let context = validator.node.context
        let network = PeerNetwork(
            try Configuration(
                profile: profile, namespace: "STORY", maxMessageBytes: 4 << 20,
                listen: SocketAddress(validator.node.ip, port: 3_000)),
            key: validator.key, context: context)
        let chain = StoryChain(
            context, validators: set, members: members, pause: pause, disk: validator.disk)
        let plan = ConsensusPlan(
            configuration: try ConsensusConfiguration(delta: .milliseconds(100), epochLength: epochLength),
            genesis: genesis, key: validator.key, emptyJournal: .neverVoted)
        let engine = try ConsensusEngine(plan, application: chain, network: network, context: context)
        try network.start()
        context.spawn("start") { _ in try await engine.start() }
        validator.network = network
        validator.engine = engine
    }

    func startAll() throws { for validator in validators { try start(validator) } }

    var heights: [Int] { validators.map(\.disk.chain.count) }

    func requireAgreement() {
        let chains = validators.map(\.disk.chain), longest = chains.max { $0.count < $1.count } ?? []
        for chain in chains { #expect(longest.starts(with: chain)) }
    }
}

@Suite struct ConsensusEngineTests {
    @Test(arguments: [1, 2, 3] as [UInt64]) func `four validators agree on a chain`(seed: UInt64) throws {
        let network = try StoryNetwork(4, seed: seed)
        try network.startAll()
        _ = network.simulation.run(for: .seconds(10))
        #expect(network.heights.allSatisfy { $0 > 50 }, "\(network.heights) \(network.simulation.report())")
        network.requireAgreement()
        network.simulation.end()
    }

    @Test func `epochs follow one another`() throws {
        let network = try StoryNetwork(4, seed: 7, epochLength: 10)
        try network.startAll()
        _ = network.simulation.run(for: .seconds(10))
        #expect(network.heights.allSatisfy { $0 > 50 }, "\(network.heights) \(network.simulation.report())")
        network.requireAgreement()
        network.simulation.end()
    }

    @Test func `one that was killed comes back and catches up, and all go on after a power cut`() throws {
        let network = try StoryNetwork(4, seed: 9, epochLength: 40)
        try network.startAll()
        _ = network.simulation.run(for: .seconds(5))
        let victim = network.validators[2]
        _ = victim.node.crash(.killed)
        let stoodAt = victim.disk.chain.count
        _ = network.simulation.run(for: .seconds(5))
        #expect(victim.disk.chain.count == stoodAt)
        victim.node.start()
        try network.start(victim)
        _ = network.simulation.run(for: .seconds(10))
        #expect(network.heights.max()! - victim.disk.chain.count < 5, "\(network.heights)")
        for validator in network.validators { _ = validator.node.crash(.powerLost) }
        let before = network.heights
        for validator in network.validators {
            validator.node.start()
            try network.start(validator)
        }
        _ = network.simulation.run(for: .seconds(5))
        #expect(zip(before, network.heights).allSatisfy { $0.1 > $0.0 + 20 }, "\(before) \(network.heights)")
        network.requireAgreement()
        network.simulation.end()
    }
}
