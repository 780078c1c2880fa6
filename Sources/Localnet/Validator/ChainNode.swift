import ConclaveChain
import ConclaveChainApplication
import ConclaveCodec
import ConclaveConsensus
import ConclaveConsensusCore
import ConclaveCryptography
import ConclavePeers
import ConclavePrimitives
import ConclaveRuntime

/// What a validator decides with: the chain, and the engine that agrees about it.
///
/// The order is ``open(_:on:in:tell:)``, which registers channels; start the network; ``start()``;
/// ``shutdown()`` before the network's; ``close()`` after it.
struct ChainNode: Sendable {
    private let application: ChainApplication
    private let gossip: TransactionGossip
    private let server: ChainServer?
    private let network: PeerNetwork
    private let context: Context
    private let engine: ConsensusEngine<ChainApplication>

    /// Opens what is kept.
    ///
    /// - Parameter tell: takes what happens, on the context's executor.
    static func open(
        _ plan: ValidatorPlan, on network: PeerNetwork, in context: Context,
        tell: @escaping @Sendable (ChainNews) -> Void
    ) async throws(LocalnetFailure) -> ChainNode {
        let gossip: TransactionGossip
        do throws(ChannelFault) {
            gossip = try TransactionGossip(on: network)
        } catch {
            throw .badUsage("channel \(TransactionGossip.channel): \(error)")
        }
        let application: ChainApplication
        do throws(ChainStoreFault) {
            application = try await ChainApplication.open(
                plan.genesis.chain, own: plan.key.publicKey, pace: plan.pace, gossip: gossip,
                context: context.scope("chain"), tell: tell)
        } catch {
            throw LocalnetFailure(error, in: plan.store)
        }
        do {
            let engine = try ConsensusEngine(
                plan.engine, application: application, network: network, context: context)
            let server = plan.chainHTTP.map { address in
                ChainServer(address, reach: plan.httpReach, of: application, in: context)
            }
            return ChainNode(
                application: application, gossip: gossip, server: server, network: network, context: context,
                engine: engine)
        } catch let error as ConsensusFailure {
            throw LocalnetFailure(error, in: plan.store)
        } catch {
            throw .badInput("the genesis names no set of validators: \(error)")
        }
    }

    /// Takes part from now on.
    func start(_ plan: ValidatorPlan) async throws(LocalnetFailure) {
        do throws(ConsensusFailure) {
            try await engine.start()
        } catch {
            throw LocalnetFailure(error, in: plan.store)
        }
        await place(plan.peers)
        context.spawn("transactions") { [gossip, application, network] _ in
            await gossip.run(into: application) { peer in _ = await network.oracle.block(peer) }
        }
    }

    /// Dials these validators where their addresses say, and all others where the chain says.
    func place(_ peers: [NodeAddress]) async {
        engine.move(await application.place(peers.map { ($0.peer, $0.ingress) }))
    }

    /// Answers over HTTP from now on.
    func serve() throws(LocalnetFailure) { try server?.start() }

    /// Where the chain is asked over HTTP; nil if nowhere.
    var address: SocketAddress? { server?.address }

    /// Takes what was measured since the last time.
    func status() async -> ChainStatus {
        let figures = await application.figures()
        var status = ChainStatus()
        (status.height, status.epoch) = (figures.height, figures.epoch)
        status.stake = figures.stake
        (status.waiting, status.evidence) = (figures.waiting, figures.evidence)
        status.finalityMicroseconds = figures.finality.map { Int($0 / .microseconds(1)) }
        (status.finalities, status.marks) = (figures.finalities, figures.marks)
        status.longestGapMilliseconds = figures.longestGap.map { Int($0 / .milliseconds(1)) }
        if let engine = await engine.status {
            status.view = engine.view.number
            status.leader = engine.leader
            (status.isVoting, status.isStranded) = (engine.isVoting, engine.isStranded)
        }
        return status
    }

    func shutdown() async {
        await server?.shutdown()
        await engine.shutdown()
    }

    func close() async { await application.close() }
}

extension ValidatorPlan {
    fileprivate var engine: ConsensusPlan {
        get throws {
            let isNew = history == .neverVoted || newcomerPath.map(SystemFile.exists) ?? false
            var plan = ConsensusPlan(
                configuration: consensus, genesis: try genesis.chain.epochStart, key: key,
                emptyJournal: isNew ? .neverVoted : .maybeLost,
                history: .epochsBefore(Self.epochs(holding: blocksKept, of: consensus.epochLength)))
            plan.conduct = conduct
            return plan
        }
    }

    /// As many whole epochs as have so many blocks, at least one.
    private static func epochs(holding blocks: Int, of length: UInt64) -> UInt64 {
        let (whole, rest) = UInt64(max(blocks, 0)).quotientAndRemainder(dividingBy: max(length, 1))
        return max(1, whole + (rest > 0 ? 1 : 0))
    }
}

extension LocalnetFailure {
    fileprivate init(_ failure: ConsensusFailure, in folder: String) {
        switch failure {
        case .journal(let failure): self.init(failure, in: folder)
        case .messagesTooLong(let bytes, let limit):
            self = .badUsage("maxMessageBytes is \(limit); this chain has messages of \(bytes)")
        case .channel(let fault): self = .badUsage("a channel of the consensus: \(fault)")
        case .journalUnreadable(let fault):
            self = .badInput("what is in \(folder) is not what a validator wrote: \(fault)")
        case .blockMissing(let digest): self = .badInput("block \(digest) is missing in \(folder)")
        case .overrun, .closed: self = .unavailable("the consensus engine has ended")
        }
    }

    fileprivate init(_ fault: ChainStoreFault, in folder: String) {
        switch fault {
        case .storage(let failure): self.init(failure, in: folder)
        case .foreignChain: self = .badInput("\(folder) holds the chain of another genesis")
        case .corrupt(let part): self = .badInput("the \(part.rawValue) in \(folder) is not what was written")
        case .gap(let expected): self = .badInput("block \(expected) is missing in \(folder)")
        }
    }

    private init(_ failure: StorageFailure, in folder: String) {
        switch failure.cause {
        case .inUse: self = .unavailable("another process uses \(folder)")
        case .corrupt, .foreign: self = .badInput("\(folder)/\(failure.store).sqlite is no store of ours")
        case .full, .denied: self = .cannotWrite("cannot write \(folder)/\(failure.store).sqlite")
        case .overloaded, .tooLarge, .closed, .outOfDescriptors, .system:
            self = .unavailable("the store in \(folder) failed: \(failure.cause)")
        }
    }
}
