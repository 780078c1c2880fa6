import ConclaveCodec
import ConclaveCryptography
import ConclaveHTTP
import ConclavePeers
import ConclavePeersCore
import ConclavePrimitives
public import ConclaveRuntime
import ConclaveTelemetry
import ConclaveTransport

/// One validator at work: broadcasts a signed heartbeat four times a second and counts what it hears from
/// whom.
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
    private var epoch: UInt64 = 0
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
        network = PeerNetwork(plan.configuration, key: plan.key, context: context)
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
        try await track(plan.genesis)
        let connections = await network.oracle.connections
        output(
            .ready(
                index: plan.index, peer: plan.key.publicKey,
                address: "\(network.address ?? plan.configuration.listen)",
                incarnation: ledger.incarnation, http: endpoint?.address.map { "\($0)" }))
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

    /// Reads the genesis again and takes its validators as the new peer set, and takes over the quotas of
    /// what the settings are now. What is wrong in either is logged and changes nothing.
    ///
    /// - Parameter settings: reads the settings again.
    public func reload(_ settings: () throws(LocalnetFailure) -> NodeSettings) async {
        await reloadGenesis()
        do throws(LocalnetFailure) {
            let next = try plan.configuration(of: settings())
            do throws(ConfigurationFault) {
                try await network.changeQuotas(to: next.profile)
            } catch {
                throw .badInput(error.description)
            }
            if plan.differsOnlyInQuotas(from: next) {
                context.log.info("took over the quotas")
            } else {
                context.log.warning(
                    "took over the quotas; other settings that changed wait for the next start")
            }
        } catch {
            context.log.error("the quotas stay as they were", ["reason": "\(error.message)"])
        }
    }

    private func reloadGenesis() async {
        do throws(LocalnetFailure) {
            let genesis = try Genesis(file: plan.genesisPath)
            // What an operator has changed counts at once: older sets would go on authorising whom it no
            // longer names.
            for _ in 0..<plan.configuration.trackedPeerSets { try await track(genesis) }
            context.log.info("read the genesis again", ["file": "\(plan.genesisPath)"])
        } catch {
            context.log.error("the genesis stays as it was", ["reason": "\(error.message)"])
        }
    }

    /// Broadcasts no more; when what is on its way has arrived, the last status says so.
    public func fallSilent() async {
        isSilent = true
        try? await context.sleep(for: Self.quietTime)
        isQuiet = true
        printStatus()
    }

    /// Ends it and prints the summary.
    public func stop() async {
        let last = status
        isStopping = true
        await endpoint?.shutdown()
        await network.shutdown(within: .seconds(1))
        await news?.ended()
        output(
            .summary(
                ValidatorSummary(
                    height: last.height, connected: last.connected, sent: last.sent, received: last.received,
                    refused: last.refused, seconds: last.seconds)))
    }

    private func track(_ genesis: Genesis) async throws(LocalnetFailure) {
        epoch += 1
        do throws(DirectoryFault) {
            try await network.oracle.track(epoch, try genesis.peerSet)
        } catch {
            throw .badInput(error.description)
        }
    }

    private func happened(_ event: ConnectionEvent) {
        switch event {
        case .connected(let peer, _):
            ledger.connected(peer)
            output(.connected(peer))
        case .disconnected(let peer, let reason):
            ledger.disconnected(peer)
            output(.disconnected(peer, reason: reason.name))
            // What was exchanged with this life of the peer: the next one begins its counts anew.
            if !isStopping { printStatus() }
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

    private func printStatus() {
        output(.status(status))
    }

    private var status: ValidatorStatus {
        ValidatorStatus(
            seconds: begunAt.duration(to: context.clock.now).inSeconds, height: ledger.height, sent: sent,
            received: received, refused: ledger.refused, isQuiet: isQuiet, peers: ledger.figures)
    }
}
