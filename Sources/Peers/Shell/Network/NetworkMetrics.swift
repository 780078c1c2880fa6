import ConclaveCryptography
import ConclavePeersCore
import ConclavePrimitives
import ConclaveTelemetry
import ConclaveTransport

/// The figures of a peer layer in its node's registry, as of the last snapshot that was taken.
///
/// Every label is an enum's case, a peer that the engine tracks, or a channel that the application
/// registered: nothing that a peer sends adds a line.
final class NetworkMetrics: Sendable {
    private let latest = Lock<NetworkSnapshot?>(nil)

    init(in metrics: Metrics) {
        showPeers(in: metrics)
        showBlocks(in: metrics)
        showDoors(in: metrics)
        showMessages(in: metrics)
        showQueues(in: metrics)
        showMemory(in: metrics)
    }

    /// What is shown from now on.
    func publish(_ snapshot: NetworkSnapshot) {
        latest.withLock { $0 = snapshot }
    }

    private func showPeers(in metrics: Metrics) {
        show(.gauge, "conclave_connections", "Open links.", in: metrics) { $0.links.count }
        show(.gauge, "conclave_peers_tracked", "Peers in the tracked sets, this node left out.", in: metrics)
        {
            $0.peers.count { $0.state != .own && $0.role != .bootstrapper }
        }
        show(.gauge, "conclave_reservations", "Peers that a dial, a handshake or a link holds.", in: metrics)
        {
            $0.reservations
        }
        show(
            .counter, "conclave_address_updates_total",
            "Known addresses of peers that were replaced by others.", in: metrics
        ) { Int(clamping: $0.addressUpdates) }
        show(
            .gauge, "conclave_connection_age_seconds", "How long each open link has been open.",
            by: ["peer"], in: metrics
        ) { snapshot in
            snapshot.links.map { MetricSample(["\($0.peer)"], .seconds($0.age)) }
        }
        show(
            .gauge, "conclave_round_trip_seconds",
            "How long the last ping of each open link took to be answered; in the native profile.",
            by: ["peer"], in: metrics
        ) { snapshot in
            snapshot.links.compactMap { link in
                link.roundTrip.map { MetricSample(["\(link.peer)"], .seconds($0)) }
            }
        }
        show(
            .counter, "conclave_disconnections_total", "Links that have ended, by why.", by: ["reason"],
            in: metrics
        ) { snapshot in
            Self.samples(CloseReason.names, snapshot.ends.map { ($0.reason, $0.count) })
        }
    }

    private func showBlocks(in metrics: Metrics) {
        show(
            .gauge, "conclave_peers_blocked", "Peers that are refused until their block ends.", in: metrics
        ) { $0.blocks.inForce }
        show(
            .gauge, "conclave_peer_blocks_waiting",
            "Blocks not in force: with them a third of a set's weight would be blocked.", in: metrics
        ) { $0.blocks.waiting }
        show(
            .counter, "conclave_peer_blocks_refused_total",
            "Blocks that had no room when they were asked for.", in: metrics
        ) { Int(clamping: $0.blocks.refused) }
    }

    private func showDoors(in metrics: Metrics) {
        show(
            .counter, "conclave_dial_attempts_total", "Dials that have ended, by how.", by: ["outcome"],
            in: metrics
        ) { snapshot in Self.samples(DialOutcome.names, snapshot.dials.map { ($0.outcome, $0.count) }) }
        show(
            .counter, "conclave_handshakes_refused_total",
            "Inbound connections that came to nothing, by why.",
            by: ["reason"], in: metrics
        ) { snapshot in
            Self.samples(HandshakeRefusal.names, snapshot.refusedHandshakes.map { ($0.reason, $0.count) })
        }
    }

    private func showMessages(in metrics: Metrics) {
        show(
            .counter, "conclave_messages_sent_total", "Messages accepted for a peer.",
            by: ["peer", "channel"], in: metrics
        ) { snapshot in Self.samples(snapshot) { [([], $0.sent)] } }
        show(
            .counter, "conclave_messages_received_total", "Messages of a peer that arrived whole.",
            by: ["peer", "channel"], in: metrics
        ) { snapshot in Self.samples(snapshot) { [([], $0.received)] } }
        show(
            .counter, "conclave_messages_bytes_total", "Bytes of these messages.",
            by: ["peer", "channel", "direction"], in: metrics
        ) { snapshot in
            Self.samples(snapshot) { [(["sent"], $0.sentBytes), (["received"], $0.receivedBytes)] }
        }
        show(
            .counter, "conclave_messages_delivered_total", "Messages handed to the application.", in: metrics
        ) { Int(clamping: $0.delivered) }
        show(
            .counter, "conclave_messages_undelivered_total", "Messages that were not delivered, by why.",
            by: ["reason"], in: metrics
        ) { snapshot in
            snapshot.undelivered.byReason.map { reason, count in
                MetricSample([reason], .count(Int(clamping: count)))
            }
        }
    }

    private func showQueues(in metrics: Metrics) {
        show(.gauge, "conclave_queue_messages", "Messages that wait to be written.", in: metrics) {
            $0.queuedMessages
        }
        show(.gauge, "conclave_queue_bytes", "Bytes that wait to be written.", in: metrics) {
            $0.queuedBytes
        }
        metrics.histogram(
            "conclave_queue_wait_seconds", "How long messages waited before they were sealed and written."
        ) { [self] in
            latest.withLock { $0 }.map { snapshot in
                let wait = snapshot.queueWait
                return MetricDistribution(bounds: QueueWait.bounds, counts: wait.buckets, sum: wait.sum)
            }
        }
        show(.gauge, "conclave_inbox_messages", "Messages that wait for the application.", in: metrics) {
            $0.waiting
        }
    }

    private func showMemory(in metrics: Metrics) {
        show(
            .gauge, "conclave_memory_held_bytes", "Memory that waiting messages hold, floors included.",
            in: metrics
        ) { $0.heldBytes }
        show(
            .gauge, "conclave_memory_budget_used_bytes",
            "Memory that queues have leased of the node's budget, above their floors.", in: metrics
        ) { $0.leasedBytes }
        show(
            .gauge, "conclave_memory_budget_limit_bytes", "The node's memory budget.", in: metrics
        ) { $0.memoryBudget }
    }

    /// One sample or several for each channel of each peer. Channels are those that the application
    /// registered, whatever a peer names.
    private static func samples(
        _ snapshot: NetworkSnapshot, _ figures: (ChannelTally) -> [(labels: [String], count: UInt64)]
    ) -> [MetricSample] {
        snapshot.traffic.flatMap { traffic in
            let peer = "\(traffic.peer)"
            return traffic.channels.flatMap { tally in
                figures(tally).map { labels, count in
                    MetricSample([peer, "\(tally.channel)"] + labels, .count(Int(clamping: count)))
                }
            }
        }
    }

    /// One sample for each name of a closed set, so that a line exists before it first counts.
    private static func samples(_ names: [String], _ counts: [(String, UInt64)]) -> [MetricSample] {
        names.map { name in
            MetricSample([name], .count(Int(clamping: counts.first { $0.0 == name }?.1 ?? 0)))
        }
    }

    private func show(
        _ kind: MetricKind, _ name: String, _ help: String, in metrics: Metrics,
        _ count: @escaping @Sendable (NetworkSnapshot) -> Int
    ) {
        show(kind, name, help, by: [], in: metrics) { [MetricSample([], .count(count($0)))] }
    }

    private func show(
        _ kind: MetricKind, _ name: String, _ help: String, by keys: [String], in metrics: Metrics,
        _ samples: @escaping @Sendable (NetworkSnapshot) -> [MetricSample]
    ) {
        metrics.figures(kind, name, help, by: keys) { [self] in
            latest.withLock { $0 }.map(samples) ?? []
        }
    }
}
