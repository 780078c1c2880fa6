import ConclaveCryptography
import ConclavePrimitives
import ConclaveTelemetry

/// The figures of a peer layer in its node's registry, as of the last snapshot that was taken.
///
/// Every label is an enum's case, a peer that the engine tracks, or a number that stands in the code: nothing
/// that a stranger sends adds a line.
final class NetworkMetrics: Sendable {
    private let latest = Lock<NetworkSnapshot?>(nil)

    init(in metrics: Metrics) {
        showPeers(in: metrics)
        showDoors(in: metrics)
        showMessages(in: metrics)
    }

    /// What is shown from now on.
    func publish(_ snapshot: NetworkSnapshot) {
        latest.withLock { $0 = snapshot }
    }

    private func showPeers(in metrics: Metrics) {
        show(.gauge, "conclave_connections", "Open links.", in: metrics) { $0.links.count }
        show(.gauge, "conclave_peers_tracked", "Peers in the tracked sets, this node left out.", in: metrics)
        {
            $0.peers.count { $0.state != .own }
        }
        show(
            .gauge, "conclave_peers_blocked", "Tracked peers that are refused until a block ends.",
            in: metrics
        ) {
            $0.peers.count { $0.state == .blocked }
        }
        show(.gauge, "conclave_reservations", "Peers that a dial, a handshake or a link holds.", in: metrics)
        {
            $0.reservations
        }
        show(
            .counter, "conclave_address_updates_total",
            "Addresses of authorised peers that were replaced.", in: metrics
        ) { Int(clamping: $0.addressUpdates) }
        show(
            .gauge, "conclave_connection_age_seconds", "How long each open link has been open.",
            by: ["peer"], in: metrics
        ) { snapshot in
            snapshot.links.map { MetricSample(["\($0.peer)"], .seconds($0.age)) }
        }
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
            .counter, "conclave_messages_sent_total", "Messages accepted for a peer on its open link.",
            by: ["peer"], in: metrics
        ) { snapshot in
            snapshot.links.map { MetricSample(["\($0.peer)"], .count(Int(clamping: $0.tally.accepted))) }
        }
        show(
            .counter, "conclave_messages_received_total", "Messages of a peer that arrived on its open link.",
            by: ["peer"], in: metrics
        ) { snapshot in
            snapshot.links.map { MetricSample(["\($0.peer)"], .count(Int(clamping: $0.tally.received))) }
        }
        show(
            .counter, "conclave_messages_undelivered_total", "Messages that did not arrive, by why.",
            by: ["reason"], in: metrics
        ) { snapshot in
            let total = snapshot.total
            return Self.samples(
                ["lane_full", "shutdown"], [("lane_full", total.laneFull), ("shutdown", total.cut)])
        }
        show(.gauge, "conclave_queue_messages", "Messages that wait to be written.", in: metrics) {
            $0.queuedMessages
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
