import ConclavePeersCore
import ConclavePrimitives

/// The books about one peer. Counts are kept per life of the peer; a life is known by its first heartbeat.
struct PeerLedger: Sendable {
    private enum Link {
        case none
        /// Nothing heard yet on this connection; so many of our heartbeats were taken meanwhile.
        case fresh(accepted: Int)
        case heard(height: UInt64, at: Instant)
    }

    private var link = Link.none
    private var incarnation: UInt64?
    private var accepted = 0
    private var heard = 0
    private var missing = 0
    private var roundTripMicroseconds: Int?

    mutating func connected() {
        link = .fresh(accepted: 0)
    }

    mutating func disconnected() {
        // What a fresh link took and nobody answered belongs to a life we never learned of.
        link = .none
    }

    mutating func acceptedOne() {
        switch link {
        case .none: break
        case .fresh(let early): link = .fresh(accepted: early + 1)
        case .heard: accepted += 1
        }
    }

    mutating func heard(_ heartbeat: Heartbeat, at now: Instant) -> HeartbeatLedger.Verdict {
        switch link {
        case .none: return .outOfTurn
        case .fresh(let early): begin(heartbeat, early: early)
        case .heard(let last, _):
            guard heartbeat.incarnation == incarnation, heartbeat.height > last else { return .outOfTurn }
            // A liar's height may be anything: its claim is cut off long before a sum could overflow.
            missing = min(missing + Int(min(heartbeat.height - last - 1, 1 << 32)), 1 << 48)
        }
        heard += 1
        link = .heard(height: heartbeat.height, at: now)
        return .counted
    }

    private mutating func begin(_ heartbeat: Heartbeat, early: Int) {
        if heartbeat.incarnation != incarnation {
            (incarnation, accepted, heard, missing) = (heartbeat.incarnation, 0, 0, 0)
        }
        accepted += early
    }

    /// The peer gave one of our heartbeats back. What it says of how long it held it is only its word.
    mutating func echoed(after elapsed: Duration, heldMicroseconds: UInt64) {
        let elapsedMicroseconds = elapsed.saturatingNanoseconds / 1_000
        let held = Int64(clamping: heldMicroseconds)
        guard elapsedMicroseconds >= held else { return }
        let sample = Int(elapsedMicroseconds - held)
        // An eighth of each new sample, as TCP smooths its own (RFC 6298).
        roundTripMicroseconds = roundTripMicroseconds.map { $0 + (sample - $0) / 8 } ?? sample
    }

    func echo(of peer: PeerID, at now: Instant) -> Heartbeat.Echo? {
        guard case .heard(let height, let at) = link else { return nil }
        let held = UInt64(clamping: at.duration(to: now).saturatingNanoseconds / 1_000)
        return Heartbeat.Echo(peer: peer, height: height, heldMicroseconds: held)
    }

    func figures(of peer: PeerID) -> PeerFigures {
        let isConnected = if case .none = link { false } else { true }
        return PeerFigures(
            peer: peer, isConnected: isConnected, incarnation: incarnation, accepted: accepted, heard: heard,
            missing: missing, roundTripMicroseconds: isConnected ? roundTripMicroseconds : nil)
    }
}
