import ConclaveArguments
public import ConclavePrimitives

/// The live view of a localnet: one line a validator, never wider than ``columns``.
public struct LocalnetTable: Sendable {
    /// The narrowest terminal that is still common.
    public static let columns = 80

    private static let header = columnsText(
        "#", "state", "peers", "in/s", "out/s", "round trip", "height", "restarts")

    /// The lines to show.
    /// - Parameters:
    ///   - httpPort: where the first validator is seen over HTTP.
    ///   - rows: how many lines there are room for, at least 4; validators beyond are counted in one line.
    public static func lines(
        _ validators: [ValidatorState], title: String, httpPort: UInt16? = nil, elapsed: Duration,
        at now: Instant, rows: Int
    ) -> [String] {
        let links = validators.reduce(0) { $0 + ($1.isReady ? $1.status?.connected ?? 0 : 0) }
        let pairs = validators.count * (validators.count - 1)
        let facts =
            " · \(links) of \(pairs) links · \(fixed(elapsed.inSeconds, decimals: 0)) s · Ctrl-C ends it"
        let hint = httpPort.map { ["validator 0 in detail: conclave peers --http 127.0.0.1:\($0)"] } ?? []
        let room = max(rows - 3 - hint.count, 1)
        let shown = validators.count <= room ? validators.count : room
        let body = validators.prefix(shown).enumerated().map { index, state in
            line(index, state, peers: validators.count - 1, at: now)
        }
        let rest = validators.count - shown
        return [shortened(title, to: columns - facts.count) + facts, header] + body
            + (rest > 0 ? ["… and \(rest) more"] : []) + hint
    }

    private static func line(_ index: Int, _ state: ValidatorState, peers: Int, at now: Instant) -> String {
        let status = state.isReady ? state.status : nil
        return columnsText(
            "\(index)", stateText(state, at: now), status.map { "\($0.connected)/\(peers)" } ?? "-",
            status == nil ? "-" : fixed(state.receivedPerSecond, decimals: 1),
            status == nil ? "-" : fixed(state.sentPerSecond, decimals: 1),
            status?.roundTripMicroseconds.map(timeText) ?? "-", status.map { "\($0.chain.height)" } ?? "-",
            "\(state.restarts)")
    }

    private static func stateText(_ state: ValidatorState, at now: Instant) -> String {
        switch state.process {
        case .starting: "starting"
        case .running: state.isReady ? "running" : "starting"
        case .waiting(let until):
            "restart in \(fixed(max(now.duration(to: until).inSeconds, 0), decimals: 1)) s"
        case .ended: "ended"
        }
    }

    private static func timeText(_ microseconds: Int) -> String {
        microseconds < 10_000 ? "\(microseconds) µs" : "\(fixed(Double(microseconds) / 1e3, decimals: 1)) ms"
    }

    // 3 + 18 + 9 + 9 + 9 + 12 + 10 + 10 = 80. A cell is cut where it would push the others aside.
    private static func columnsText(
        _ index: String, _ state: String, _ peers: String, _ received: String, _ sent: String,
        _ roundTrip: String, _ height: String, _ restarts: String
    ) -> String {
        let numbers = [(peers, 8), (received, 8), (sent, 8), (roundTrip, 11), (height, 9), (restarts, 9)]
        return right(index, 3) + "  " + left(state, 16)
            + numbers.map { " " + right($0.0, $0.1) }.joined()
    }

    private static func right(_ text: String, _ width: Int) -> String {
        String(repeating: " ", count: max(width - text.count, 0)) + text.prefix(width)
    }

    private static func left(_ text: String, _ width: Int) -> String {
        text.prefix(width) + String(repeating: " ", count: max(width - text.count, 0))
    }

    private static func shortened(_ text: String, to width: Int) -> String {
        text.count <= width ? text : "…" + text.suffix(max(width - 1, 0))
    }
}
