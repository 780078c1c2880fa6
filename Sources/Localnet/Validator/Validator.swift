import ConclaveCodec
import ConclaveCryptography
import ConclaveHTTP
import ConclavePeers
import ConclavePeersCore
import ConclavePrimitives
public import ConclaveRuntime
import ConclaveSystem
import ConclaveTelemetry
import ConclaveTransport

/// One validator at work: decides with the others on one block after the other, and, beside that, broadcasts
/// a signed heartbeat four times a second and counts what it hears from whom.
public actor Validator {
    /// Between two heartbeats.
    static let beatInterval = Duration.milliseconds(250)
    /// Between two status lines.
    static let statusInterval = Duration.seconds(1)
    /// Between the last heartbeat and the last status line: what the others sent meanwhile arrives.
    static let quietTime = Duration.milliseconds(400)
    static let channel: UInt64 = 0

    private nonisolated let plan: ValidatorPlan
    private nonisolated let context: Context
    private nonisolated let output: @Sendable (ValidatorLine) -> Void
    private nonisolated let network: PeerNetwork
    private nonisolated let receiver: Receiver
    private nonisolated let endpoint: HTTPEndpoint?
    private nonisolated let addresses: SystemStorage?
    private var node: ChainNode?
    /// Why it cannot be anything but new is known until it has decided with the others.
    private var newcomerPath: String?
    private var sender: Sender
    private var ledger: HeartbeatLedger
    private var sent = 0
    private var received = 0
    private var isSilent = false
    /// Silent for so long that what was on its way has arrived.
    private var isQuiet = false
    private var isStopping = false
    /// Tells of links until the network has shut down.
    private var news: Child?
    private nonisolated let begunAt: Instant

    public nonisolated var unownedExecutor: UnownedSerialExecutor {
        unsafe context.executor.asUnownedSerialExecutor()
    }

    /// - Parameter output: takes each line that the validator prints, on the context's executor.
    public init(
        _ plan: ValidatorPlan, context: Context, output: @escaping @Sendable (ValidatorLine) -> Void
    ) throws(LocalnetFailure) {
        self.plan = plan
        self.context = context
        self.output = output
        begunAt = context.clock.now
        newcomerPath = plan.newcomerPath
        addresses = plan.peerStore.map { SystemStorage(folder: $0) }
        var surroundings = context
        surroundings.storage = addresses ?? NoStorage()
        network = PeerNetwork(plan.configuration, key: plan.key, context: surroundings)
        do {
            (sender, receiver) = try network.register(channel: Self.channel, options: ChannelOptions())
        } catch {
            throw .badUsage("channel \(Self.channel): \(error)")
        }
        endpoint = plan.http.map { [network] address in
            HTTPEndpoint(
                address, reach: plan.httpReach, showing: network,
                of: NodeDescription(
                    key: plan.key.publicKey, namespace: plan.genesis.namespace,
                    wire: plan.configuration.wire.dialled.rawValue),
                context: context)
        }
        ledger = HeartbeatLedger(
            own: plan.key.publicKey, peers: plan.genesis.validators.map(\.publicKey),
            incarnation: context.clock.wallTime.milliseconds)
    }

    /// Listens and takes part from now on.
    public func start() async throws(LocalnetFailure) {
        let node = try await ChainNode.open(plan, on: network, in: context) { [output] in output(.chain($0)) }
        self.node = node
        do throws(HostFailure) {
            try network.start()
        } catch {
            throw LocalnetFailure(error)
        }
        do throws(HTTPFault) {
            try endpoint?.start()
        } catch {
            throw LocalnetFailure(error)
        }
        try node.serve()
        let connections = await network.oracle.connections
        output(
            .ready(
                index: plan.index, peer: plan.key.publicKey,
                address: "\(network.address ?? plan.configuration.listen)",
                incarnation: ledger.incarnation, http: endpoint?.address.map { "\($0)" },
                chain: node.address.map { "\($0)" }))
        try await node.start(plan)
        news = context.spawn("connections") { _ in
            while let event = await connections.next() { await self.happened(event) }
        }
        context.spawn("hearing") { _ in
            for await (peer, message) in self.receiver { await self.heard(Array(message), from: peer) }
        }
        context.spawn("beating") { context in
            while true {
                await self.beat()
                try await context.sleep(for: Self.beatInterval)
            }
        }
        context.spawn("status") { context in
            while true {
                try await context.sleep(for: Self.statusInterval)
                await self.printStatus()
            }
        }
    }

    /// Takes over the quotas, and the addresses of peers, of what the settings are now. Who validates is the
    /// chain's to say, and the genesis is what makes it this chain: one that has changed is not taken. What
    /// is wrong is logged and changes nothing.
    ///
    /// - Parameter settings: reads the settings again.
    public func reload(_ settings: () throws(LocalnetFailure) -> NodeSettings) async {
        checkGenesis()
        do throws(LocalnetFailure) {
            let told = try settings()
            let next = try plan.configuration(of: told)
            do throws(ConfigurationFault) {
                try await network.changeQuotas(to: next.profile)
            } catch {
                throw .badInput(error.description)
            }
            await node?.place(told.peers)
            if plan.differsOnlyInQuotas(from: next) {
                context.log.info("took over quotas and peers")
            } else {
                context.log.warning(
                    "took over quotas and peers; other settings that changed wait for the next start")
            }
        } catch {
            context.log.error("quotas and peers stay as they were", ["reason": "\(error.message)"])
        }
    }

    private func checkGenesis() {
        do throws(LocalnetFailure) {
            guard try Genesis(file: plan.genesisPath) != plan.genesis else { return }
            context.log.error(
                "the genesis has changed, which makes it another chain; this one goes on without it",
                ["file": "\(plan.genesisPath)"])
        } catch {
            context.log.error("the genesis cannot be read any more", ["reason": "\(error.message)"])
        }
    }

    /// Broadcasts no more; when what is on its way has arrived, the last status says so.
    public func fallSilent() async {
        isSilent = true
        try? await context.sleep(for: Self.quietTime)
        isQuiet = true
        await printStatus()
    }

    /// Ends it and prints the summary.
    public func stop() async {
        let last = await status
        isStopping = true
        await endpoint?.shutdown()
        await node?.shutdown()
        await network.shutdown(within: .seconds(1))
        await node?.close()
        addresses?.close()
        await news?.ended()
        output(
            .summary(
                ValidatorSummary(
                    height: last.chain.height, connected: last.connected, sent: last.sent,
                    received: last.received,
                    refused: last.refused, seconds: last.seconds)))
    }

    private func happened(_ event: ConnectionEvent) async {
        switch event {
        case .connected(let peer, _):
            ledger.connected(peer)
            output(.connected(peer))
        case .disconnected(let peer, let reason):
            ledger.disconnected(peer)
            output(.disconnected(peer, reason: reason.name))
            // What was exchanged with this life of the peer: the next one begins its counts anew.
            if !isStopping { await printStatus() }
        }
    }

    private func heard(_ bytes: [UInt8], from peer: PeerID) {
        guard let signed = try? SignedHeartbeat(decoding: bytes),
            signed.isSigned(by: peer, network: plan.configuration.namespace)
        else {
            ledger.refusedOne()
            return
        }
        if ledger.heard(signed.heartbeat, from: peer, at: context.clock.now) == .counted { received += 1 }
    }

    private func beat() {
        guard !isSilent else { return }
        let heartbeat = ledger.beat(at: context.clock.now, wallTime: context.clock.wallTime)
        let signed = SignedHeartbeat(heartbeat, by: plan.key, network: plan.configuration.namespace)
        do {
            let result = try sender.send(signed.encoded, to: .all)
            sent += result.acceptedCount
            ledger.accepted(for: result.accepted)
        } catch {
            context.log.error("a heartbeat could not be sent", ["reason": "\(error)"])
        }
    }

    private func printStatus() async {
        let status = await status
        output(.status(status))
        endpoint?.tell(ailments: status.chain.ailments)
        if status.chain.height > 0, let path = exchange(&newcomerPath, with: nil) { forgetNewcomer(path) }
    }

    /// What the key voted for is in its journal now: without that it is no newcomer any more.
    private func forgetNewcomer(_ path: String) {
        guard SystemFile.exists(path) else { return }
        do throws(LocalnetFailure) {
            try SystemFile.remove(path)
        } catch {
            context.log.error("what says that the key never voted stays", ["reason": "\(error.message)"])
        }
    }

    private var status: ValidatorStatus {
        get async {
            let chain = await node?.status() ?? ChainStatus()
            return ValidatorStatus(
                seconds: begunAt.duration(to: context.clock.now).inSeconds, chain: chain, sent: sent,
                received: received, refused: ledger.refused, isQuiet: isQuiet, peers: ledger.figures)
        }
    }
}
