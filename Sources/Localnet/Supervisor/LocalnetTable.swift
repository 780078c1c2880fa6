import ConclaveArguments
public import ConclaveCryptography
public import ConclavePrimitives

/// The live view of a localnet: one line a validator, never wider than ``columns``.
public struct LocalnetTable: Sendable {
    /// The narrowest terminal that is still common.
    public static let columns = 80

    private static let header = columnsText(
        "#", "state", ["peers", "height", "view", "leader", "final", "stake", "died"])

    /// The lines to show.
    /// - Parameters:
    ///   - httpPort: where the first validator is seen over HTTP.
    ///   - keys: the validators', to name leaders by their indexes.
    ///   - rows: how many lines there are room for, at least 4; validators beyond are counted in one line.
    public static func lines(
        _ validators: [ValidatorState], keys: [PublicKey] = [], title: String, httpPort: UInt16? = nil,
        elapsed: Duration, at now: Instant, rows: Int
    ) -> [String] {
        let links = validators.reduce(0) { $0 + ($1.isReady ? $1.status?.connected ?? 0 : 0) }
        let pairs = validators.count * (validators.count - 1)
        let facts =
            " · \(links) of \(pairs) links · \(fixed(elapsed.inSeconds, decimals: 0)) s · Ctrl-C ends it"
        let hint = httpPort.map { ["validator 0 in detail: conclave peers --http 127.0.0.1:\($0)"] } ?? []
        let room = max(rows - 3 - hint.count, 1)
        let shown = validators.count <= room ? validators.count : room
        let body = validators.prefix(shown).enumerated().map { index, state in
            line(index, state, keys, peers: validators.count - 1, at: now)
        }
        let rest = validators.count - shown
        return [shortened(title, to: columns - facts.count) + facts, header] + body
            + (rest > 0 ? ["… and \(rest) more"] : []) + hint
    }

    private static func line(
        _ index: Int, _ state: ValidatorState, _ keys: [PublicKey], peers: Int, at now: Instant
    ) -> String {
        let status = state.isReady ? state.status : nil
        let chain = status?.chain
        let leader = chain?.leader.map { leader in
            keys.firstIndex(of: leader).map { "\($0)" } ?? leader.short
        }
        return columnsText(
            "\(index)", stateText(state, at: now),
            [
                status.map { "\($0.connected)/\(peers)" } ?? "-", chain.map { "\($0.height)" } ?? "-",
                chain.map { "\($0.view)" } ?? "-", leader ?? "-",
                chain?.finalityMicroseconds.map(timeText) ?? "-", chain?.stake.map { "\($0)" } ?? "-",
                "\(state.restarts)",
            ])
    }

    private static func stateText(_ state: ValidatorState, at now: Instant) -> String {
        switch state.process {
        case .starting: "starting"
        case .running: state.isReady ? runningText(state.status?.chain) : "starting"
        case .waiting(let until):
            "restart in \(fixed(max(now.duration(to: until).inSeconds, 0), decimals: 1)) s"
        case .ended: "ended"
        }
    }

    private static func runningText(_ chain: ChainStatus?) -> String {
        guard let chain else { return "running" }
        if chain.isStranded { return "stranded" }
        return chain.stake == nil ? "no validator" : chain.isVoting ? "voting" : "abstaining"
    }

    private static func timeText(_ microseconds: Int) -> String {
        microseconds < 10_000 ? "\(microseconds) µs" : "\(fixed(Double(microseconds) / 1e3, decimals: 1)) ms"
    }

    // 3 + 18 + 8 + 10 + 9 + 8 + 10 + 9 + 5 = 80. A cell is cut where it would push the others aside.
    private static func columnsText(_ index: String, _ state: String, _ cells: [String]) -> String {
        right(index, 3) + "  " + left(state, 16)
            + zip(cells, [7, 9, 8, 7, 9, 8, 4]).map { " " + right($0, $1) }.joined()
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
