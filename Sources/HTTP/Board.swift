import ConclaveArguments
import ConclavePeers
import ConclavePrimitives
import ConclaveTelemetry

/// What is shown to clients: the last snapshot of the node, each page of it written once.
///
/// The node puts snapshots in and clients read, on different threads; neither waits for the other longer than
/// a lock takes, however many clients there are.
final class Board: Sendable {
    private struct State: Sendable {
        var snapshot: NetworkSnapshot?
        var takenAt: Instant
        /// What ails the node beside its network.
        var ailments: [String] = []
        /// Pages of this snapshot that were asked for.
        var written: [Page: Answer] = [:]
        /// Counts snapshots, so that a page written of an old one is not kept.
        var edition: UInt64 = 0
    }

    private let node: NodeDescription
    private let metrics: Metrics
    private let patience: Duration
    private let state: Lock<State>

    init(_ node: NodeDescription, metrics: Metrics, patience: Duration, at now: Instant) {
        self.node = node
        self.metrics = metrics
        self.patience = patience
        state = Lock(State(takenAt: now))
    }

    /// What is shown from now on.
    func publish(_ snapshot: NetworkSnapshot, at now: Instant) {
        state.withLock { state in
            state = State(
                snapshot: snapshot, takenAt: now, ailments: state.ailments, edition: state.edition &+ 1)
        }
    }

    /// What is among the reasons of `/health` from now on.
    func tell(ailments: [String]) {
        state.withLock { state in
            guard state.ailments != ailments else { return }
            state.ailments = ailments
            state.written[.health] = nil
            state.edition &+= 1
        }
    }

    /// The answer to who asks for `page`. From any thread.
    func answer(_ page: Page, at now: Instant) -> Answer {
        if page == .version { return version }
        let (snapshot, takenAt, written, ailments, edition) = state.withLock {
            ($0.snapshot, $0.takenAt, $0.written[page], $0.ailments, $0.edition)
        }
        let silence = takenAt.duration(to: now)
        guard silence <= patience else {
            return HealthReport(
                reason: "the node has not answered for \(fixed(silence.inSeconds, decimals: 0)) s"
            )
            .answer
        }
        guard let snapshot else { return HealthReport(reason: "the node is starting").answer }
        if let written { return written }
        let answer = write(page, snapshot, ailments)
        state.withLock { if $0.edition == edition { $0.written[page] = answer } }
        return answer
    }

    private func write(_ page: Page, _ snapshot: NetworkSnapshot, _ ailments: [String]) -> Answer {
        switch page {
        case .metrics: Answer(200, .metrics, String(metrics.text().dropLast()))
        case .health: HealthReport(snapshot, and: ailments).answer
        case .peers: Answer(200, .json, PeersPage.text(snapshot.peers))
        case .version: version
        }
    }

    private var version: Answer {
        let line: JSONLine = [
            "name": "conclave", "version": .string(NodeDescription.version),
            "publicKey": .string("\(node.key)"), "namespace": .string(node.namespace),
            "wire": .string(node.wire),
        ]
        return Answer(200, .json, line.text)
    }
}
