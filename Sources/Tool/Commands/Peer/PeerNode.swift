import ConclaveCodec
import ConclaveCryptography
import ConclaveHTTP
import ConclaveLocalnet
import ConclavePeers
import ConclavePeersCore
import ConclavePrimitives
import ConclaveRuntime
import ConclaveTransport

/// One node that prints what happens, and echoes or sends messages.
actor PeerNode {
    /// Why it ends.
    enum End: Sendable {
        case asked, timeUp, sent
    }

    /// When everything is written, a node goes on until nothing has come for so long: closing with something
    /// unread would cut off what is on its way to the peer.
    private static let settleTime = Duration.milliseconds(200)
    /// A peer that never ceases to send is not waited for longer than this.
    private static let settleTimeMax = Duration.seconds(5)

    private nonisolated let plan: PeerPlan
    private nonisolated let context: Context
    private nonisolated let show: @Sendable ([PeerEvent]) -> Void
    private nonisolated let isCongested: @Sendable () -> Bool
    private nonisolated let network: PeerNetwork
    private nonisolated let sender: Sender
    private nonisolated let receiver: Receiver
    private nonisolated let endpoint: HTTPEndpoint?
    private nonisolated let ends = Mailbox<End>(capacity: 16, overflow: .refuseNewest)
    private var connected: [PeerID] = []
    private var sendings: [Child]?

    nonisolated var unownedExecutor: UnownedSerialExecutor {
        unsafe context.executor.asUnownedSerialExecutor()
    }

    /// - Parameters:
    ///   - isCongested: whether messages that came should wait before they are shown.
    ///   - show: takes what happens, in order.
    init(
        _ plan: PeerPlan, context: Context, isCongested: @escaping @Sendable () -> Bool = { false },
        show: @escaping @Sendable ([PeerEvent]) -> Void
    ) throws(LocalnetFailure) {
        self.plan = plan
        self.context = context
        self.show = show
        self.isCongested = isCongested
        network = PeerNetwork(plan.configuration, key: plan.key, context: context)
        do {
            // Lossless: whoever tries another implementation against this one counts messages.
            let options = try ChannelOptions(overflow: .pauseReading)
            (sender, receiver) = try network.register(channel: plan.channel, options: options)
        } catch {
            throw .badUsage("--channel: \(error)")
        }
        endpoint = plan.http.map { [network] address in
            HTTPEndpoint(
                address, reach: plan.httpReach, showing: network,
                of: NodeDescription(
                    key: plan.key.publicKey, namespace: plan.namespace, wire: plan.wire.rawValue),
                context: context)
        }
    }

    /// Ends ``run()``.
    nonisolated func end(_ end: End) {
        ends.offer(end)
    }

    /// Takes part until it ends. Returns whether what was to be sent was sent.
    func run() async throws(LocalnetFailure) -> Bool {
        let begunAt = context.clock.now
        let news = try await start()
        let end = await ends.next() ?? .asked
        for sending in sendings ?? [] { sending.cancel() }
        let connectedAtEnd = connected.count
        let before = await network.snapshot()
        await endpoint?.shutdown()
        await network.shutdown(within: .seconds(2))
        await news.ended()
        let summary = PeerSummary(
            sent: Int(clamping: before.total.accepted), received: Int(clamping: before.delivered),
            undelivered: Int(clamping: before.total.cut + before.total.laneFull), connected: connectedAtEnd,
            seconds: begunAt.duration(to: context.clock.now).inSeconds)
        show([.summary(summary)])
        return isDone(end) && summary.undelivered == 0
    }

    private func isDone(_ end: End) -> Bool {
        switch (plan.work, end) {
        case (.listen, _), (.echo, _), (.send, .sent): true
        case (.send, .asked), (.send, .timeUp): false
        }
    }

    private func start() async throws(LocalnetFailure) -> Child {
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
        let connections = await network.oracle.connections
        do throws(DirectoryFault) {
            try await network.oracle.track(1, try PeerSet(primary: plan.members))
        } catch {
            throw .badUsage("--peer: \(error)")
        }
        show([
            .ready(
                network.address ?? plan.configuration.listen, plan.key.publicKey, http: endpoint?.address)
        ])
        context.spawn("messages") { _ in await self.read() }
        return context.spawn("connections") { _ in
            while let event = await connections.next() { await self.happened(event) }
        }
    }

    private func happened(_ event: ConnectionEvent) {
        switch event {
        case .connected(let peer, let direction):
            connected.append(peer)
            show([.connected(peer, direction)])
            startSending()
        case .disconnected(let peer, let reason):
            connected.removeAll { $0 == peer }
            show([.disconnected(peer, reason: reason.name)])
        }
    }

    // MARK: Messages that come

    private nonisolated func read() async {
        var sender = sender
        var batches: [Batch] = []
        while true {
            await receiver.next(into: &batches)
            guard !batches.isEmpty else { return }
            // Not read on: then the peers wait, and no message is lost.
            while isCongested() {
                do throws(Cancelled) { try await context.sleep(for: .milliseconds(10)) } catch { return }
            }
            for batch in batches {
                show(
                    batch.messages.map { .message(from: batch.peer, channel: plan.channel, bytes: $0.count) })
                guard case .echo = plan.work else { continue }
                for message in batch.messages {
                    await offer(Self.bytes(of: message), to: batch.peer, through: &sender, ifGone: .giveUp)
                }
            }
        }
    }

    /// A copy in one piece: made byte by byte, as `Array` does it, it takes 14 ms for 64 KiB in a debug
    /// build.
    private static func bytes(of message: Message) -> [UInt8] {
        unsafe message.withContiguousStorageIfAvailable { unsafe Array($0) } ?? Array(message)
    }

    // MARK: Messages that go

    /// Begins once every peer is connected.
    private func startSending() {
        guard case .send(let count, let size, let targets) = plan.work, sendings == nil,
            plan.peers.allSatisfy(connected.contains)
        else { return }
        let sendings = targets.map { target in
            context.spawn("sending-\(target.short)") { _ in await self.send(count, ofBytes: size, to: target)
            }
        }
        self.sendings = sendings
        context.spawn("sent") { _ in
            for sending in sendings { await sending.ended() }
            await self.settle()
            self.end(.sent)
        }
    }

    private nonisolated func send(_ count: Int, ofBytes size: Int, to peer: PeerID) async {
        var sender = sender
        for number in 0..<count {
            guard !Task.isCancelled else { return }
            await offer(Self.message(number, bytes: size), to: peer, through: &sender, ifGone: .waitForIt)
        }
    }

    /// What becomes of a message whose recipient is not connected.
    private enum Absence {
        case giveUp, waitForIt
    }

    /// Offers a message until it is taken.
    private nonisolated func offer(
        _ message: [UInt8], to peer: PeerID, through sender: inout Sender, ifGone absence: Absence
    ) async {
        while !Task.isCancelled, let sent = try? sender.send(message, to: .one(peer)),
            let refusal = sent.refused.first
        {
            do throws(Cancelled) {
                switch (refusal.reason, absence) {
                case (.queueFull, _), (.overBudget, _): await sender.room(for: peer)
                case (.limited(let until), _): try await context.sleep(until: until)
                case (.notConnected, .giveUp), (.unknown, .giveUp), (.notTaken, .giveUp): return
                case (.notConnected, .waitForIt), (.unknown, .waitForIt), (.notTaken, .waitForIt):
                    try await context.sleep(for: .milliseconds(50))
                }
            } catch {
                return
            }
        }
    }

    /// The message's number, then zeros.
    private static func message(_ number: Int, bytes: Int) -> [UInt8] {
        var writer = Writer(capacity: bytes)
        writer.integer(UInt64(number))
        return Array((writer.bytes + Array(repeating: 0, count: max(0, bytes - 8))).prefix(bytes))
    }

    /// Waits until the queues are empty, then until nothing has come for a while.
    private nonisolated func settle() async {
        var received: UInt64 = 0
        var emptySince: Instant?
        var quietSince = context.clock.now
        while (try? await context.sleep(for: .milliseconds(10))) != nil {
            let snapshot = await network.snapshot()
            let now = context.clock.now
            if snapshot.total.received != received { (received, quietSince) = (snapshot.total.received, now) }
            guard snapshot.queuedMessages == 0 else {
                (emptySince, quietSince) = (nil, now)
                continue
            }
            let since = emptySince ?? now
            emptySince = since
            if quietSince.duration(to: now) >= Self.settleTime
                || since.duration(to: now) >= Self.settleTimeMax
            {
                return
            }
        }
    }
}
