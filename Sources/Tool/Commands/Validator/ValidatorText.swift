import ConclaveArguments
import ConclaveChainApplication
import ConclaveCryptography
import ConclaveLocalnet
import ConclavePrimitives

/// What a validator prints for people.
struct ValidatorText: Sendable {
    /// A status each second is for programs.
    private static let statusEvery = 10.0

    private let lastStatus = Shown()

    /// The line for people; nil if there is nothing to say.
    func line(_ line: ValidatorLine) -> String? {
        switch line {
        case .ready(let index, let peer, let address, _, let http, let chain):
            "validator \(index.map { "\($0) " } ?? "")listens on \(address) with key \(peer)"
                + (http.map { ", http://\($0)" } ?? "") + (chain.map { ", chain http://\($0)" } ?? "")
        case .connected(let peer): "connected to \(peer.short)…"
        case .disconnected(let peer, let reason): "disconnected from \(peer.short)…: \(reason)"
        case .status(let status):
            lastStatus.isDue(status.seconds, every: Self.statusEvery) ? text(of: status) : nil
        case .chain(let news): text(of: news)
        case .summary(let summary):
            "height \(summary.height), \(summary.sent) heartbeats sent, \(summary.received) received, "
                + "\(summary.refused) refused, \(fixed(summary.seconds, decimals: 1)) s"
        }
    }

    private func text(of status: ValidatorStatus) -> String {
        let trip = status.roundTripMicroseconds.map { ", round trip \($0) µs" } ?? ""
        return "height \(status.chain.height), \(status.connected) peers, \(status.sent) sent, "
            + "\(status.received) received\(trip)"
    }

    private func text(of news: ChainNews) -> String {
        switch news {
        case .epoch(let epoch, let joined, let left):
            (["epoch \(epoch)"] + joined.map { "\($0.short)… joined" } + left.map { "\($0.short)… left" })
                .joined(separator: ", ")
        case .evidence(let peer, let offence, let epoch, let view):
            "\(peer.short)… voted twice (\(offence)) in view \(view) of epoch \(epoch)"
        case .alarm(let reason): "alarm: \(reason)"
        }
    }

    /// When a status was last shown.
    private final class Shown: Sendable {
        private let seconds = Lock(0.0)

        func isDue(_ now: Double, every interval: Double) -> Bool {
            seconds.withLock { last in
                guard now - last >= interval else { return false }
                last = now
                return true
            }
        }
    }
}
