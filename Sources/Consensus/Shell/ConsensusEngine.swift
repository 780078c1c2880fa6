public import ConclaveConsensusCore
public import ConclaveCryptography
public import ConclavePeers
public import ConclavePeersCore
internal import ConclavePrimitives
public import ConclaveRuntime

/// A BFT engine on a network: agrees with the other validators on one block after the other, keeps what it
/// must not forget, and tells the network who the validators are.
///
/// The order is construct, which registers channels; start the network; ``start()``; ``shutdown()`` before
/// the network's. A failure of the journal or the application ends the engine's scope with an error, which
/// is the context's to treat: nothing is said any more that is not kept.
public final class ConsensusEngine<Application: ConsensusApplication>: Sendable {
    /// The most validators that a message must have room for.
    private static var validatorsMax: Int { 1_024 }

    private enum Phase: Sendable {
        case new, starting
        case running(Engine, Journal)
        case ended
    }

    private let plan: ConsensusPlan
    private let application: Application
    private let network: PeerNetwork
    private let context: Context
    private let channels: ConsensusChannels
    private let phase = Lock(Phase.new)

    /// - Parameter context: its tasks will live in a scope below, and its journal in a store of its storage.
    public init(
        _ plan: ConsensusPlan, application: Application, network: PeerNetwork, context: Context
    ) throws(ConsensusFailure) {
        self.plan = plan
        self.application = application
        self.network = network
        self.context = context.scope("consensus")
        let limits = plan.configuration.limits, most = network.configuration.maxMessageBytes
        let validators = min(Self.validatorsMax, network.configuration.maxPeersPerSet)
        let longest =
            MessageClass.allCases.map { limits.longestMessage(of: $0, validators: validators) }.max() ?? 0
        guard longest <= most else { throw .messagesTooLong(bytes: longest, limit: most) }
        do throws(ChannelFault) {
            channels = try ConsensusChannels(on: network, from: plan.firstChannel)
        } catch {
            throw .channel(error)
        }
    }

    /// Reads the journal and takes part from now on. Once.
    public func start() async throws(ConsensusFailure) {
        let isFirst = phase.withLock { phase in
            guard case .new = phase else { return false }
            phase = .starting
            return true
        }
        guard isFirst else { throw .closed }
        let (journal, recovery) = try await recover()
        let now = context.clock.now
        let machine = Engine.Machine(
            configuration: plan.configuration, genesis: plan.genesis, signer: plan.key,
            verifier: StrictVerifier(), recovery: recovery, emptyJournal: plan.emptyJournal.ofMachine, at: now
        )
        let queues = EngineQueues()
        let equivocator: Equivocator? =
            switch plan.conduct {
            case .honest: nil
            case .equivocating: Equivocator(key: plan.key)
            }
        let engine = Engine(
            machine, own: plan.key.publicKey, channels: channels, queues: queues, context: context,
            equivocator: equivocator)
        phase.withLock { $0 = .running(engine, journal) }
        spawnTasks(engine, queues, journal)
        await engine.start()
    }

    private func recover() async throws(ConsensusFailure) -> (Journal, Recovery) {
        do {
            let journal = try await Journal.open(in: context.storage)
            return (journal, try await journal.recover())
        } catch let error as StorageFailure {
            throw .journal(error)
        } catch let error as MessageFault {
            throw .journalUnreadable(error)
        } catch {
            throw .closed
        }
    }

    /// Where it stands; nil unless it runs.
    public var status: ConsensusStatus? {
        get async { await running?.status }
    }

    /// What it has counted; nil unless it runs.
    public var statistics: ConsensusStatistics? {
        get async { await running?.statistics }
    }

    private var running: Engine? {
        guard case .running(let engine, _) = phase.withLock({ $0 }) else { return nil }
        return engine
    }

    /// Validators are elsewhere than the application said when it was asked for the peers of an epoch. Links
    /// on former addresses close; from now on the application must answer with these. Nothing happens unless
    /// the engine runs.
    public func move(_ addresses: [(PeerID, PeerAddress)]) {
        guard case .running(let engine, _) = phase.withLock({ $0 }) else { return }
        engine.move(addresses)
    }

    /// Ends its tasks and closes its journal. What was passed to the journal is kept. Called again, it does
    /// nothing.
    public func shutdown() async {
        let before = phase.withLock { exchange(&$0, with: .ended) }
        if case .running(let engine, _) = before { await engine.end() }
        await context.shutdown()
        if case .running(_, let journal) = before { await journal.close() }
    }

    // MARK: Tasks

    private func spawnTasks(_ engine: Engine, _ queues: EngineQueues, _ journal: Journal) {
        let worker = EngineTasks(
            engine: engine, queues: queues, journal: journal, application: application, plan: plan)
        context.spawn("journal") { _ in try await worker.keep() }
        context.spawn("proposer") { _ in await worker.build() }
        context.spawn("application") { _ in try await worker.work() }
        context.spawn("deliveries") { _ in try await worker.acknowledge() }
        context.spawn("library") { _ in try await worker.serve() }
        context.spawn("recollection") { _ in try await worker.recall() }
        context.spawn("pruning") { context in try await worker.dropOldBlocks(context) }
        context.spawn("watch") { _ in try await worker.watch() }
        let sets = PeerSetKeeper(oracle: network.oracle, application: application, queues: queues)
        context.spawn("peer sets") { _ in try await sets.run() }
        for (kind, receiver) in channels.receivers {
            context.spawn("\(kind)") { _ in
                for await batches in receiver.batches { await engine.received(batches, of: kind) }
            }
        }
        context.spawn("connections") { [network] _ in
            for await event in await network.oracle.connections { await engine.happened(event) }
        }
    }
}

extension ConsensusPlan.EmptyJournal {
    fileprivate var ofMachine: Engine.Machine.EmptyJournal {
        switch self {
        case .neverVoted: .neverVoted
        case .maybeLost: .maybeLost
        }
    }
}
