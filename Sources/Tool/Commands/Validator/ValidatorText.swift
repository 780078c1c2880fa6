import ConclaveArguments
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
        case .ready(let index, let peer, let address, _, let http):
            "validator \(index) listens on \(address) with key \(peer)"
                + (http.map { ", http://\($0)" } ?? "")
        case .connected(let peer): "connected to \(peer.short)…"
        case .disconnected(let peer, let reason): "disconnected from \(peer.short)…: \(reason)"
        case .status(let status):
            lastStatus.isDue(status.seconds, every: Self.statusEvery) ? text(of: status) : nil
        case .summary(let summary):
            "\(summary.height) heartbeats, \(summary.sent) sent, \(summary.received) received, "
                + "\(summary.refused) refused, \(fixed(summary.seconds, decimals: 1)) s"
        }
    }

    private func text(of status: ValidatorStatus) -> String {
        let trip = status.roundTripMicroseconds.map { ", round trip \($0) µs" } ?? ""
        return "height \(status.height), \(status.connected) peers, \(status.sent) sent, "
            + "\(status.received) received\(trip)"
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
