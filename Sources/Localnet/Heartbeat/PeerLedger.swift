import ConclavePeersCore
import ConclavePrimitives

/// The books about one peer. Counts are kept per life of the peer; a life is known by its first heartbeat.
///
/// Messages, and news of links, come from different queues: a heartbeat may be heard shortly before the news
/// that its link is open, or after the news that it has closed. Neither costs a count.
struct PeerLedger: Sendable {
    private var isConnected = false
    private var incarnation: UInt64?
    /// The last height of this life, and when it was heard.
    private var height: UInt64 = 0
    private var heardAt = Instant(nanoseconds: 0)
    /// Whether something was heard since the link opened: then it is known whose life it leads to.
    private var isConfirmed = false
    /// Accepted since the link opened, before it was confirmed.
    private var unconfirmed = 0
    private var accepted = 0
    private var heard = 0
    private var missing = 0
    private var roundTripMicroseconds: Int?

    mutating func connected() {
        isConnected = true
        isConfirmed = false
    }

    mutating func disconnected() {
        isConnected = false
        isConfirmed = false
        // Taken by a link on which nothing was heard: it belongs to a life that we never learned of.
        unconfirmed = 0
    }

    mutating func acceptedOne() {
        if isConfirmed { accepted += 1 } else { unconfirmed += 1 }
    }

    mutating func heard(_ heartbeat: Heartbeat, at now: Instant) -> HeartbeatLedger.Verdict {
        let isNewLife = heartbeat.incarnation != incarnation
        guard isNewLife ? !isConfirmed : heartbeat.height > height else { return .outOfTurn }
        if isNewLife {
            (incarnation, accepted, heard, missing) = (heartbeat.incarnation, 0, 0, 0)
        } else if isConfirmed {
            // A liar's height may be anything: its claim is cut off long before a sum could overflow.
            missing = min(missing + Int(min(heartbeat.height - height - 1, 1 << 32)), 1 << 48)
        }
        if !isConfirmed {
            accepted += unconfirmed
            unconfirmed = 0
        }
        isConfirmed = true
        heard += 1
        (height, heardAt) = (heartbeat.height, now)
        return .counted
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
        guard isConnected, isConfirmed else { return nil }
        let held = UInt64(clamping: heardAt.duration(to: now).saturatingNanoseconds / 1_000)
        return Heartbeat.Echo(peer: peer, height: height, heldMicroseconds: held)
    }

    func figures(of peer: PeerID) -> PeerFigures {
        PeerFigures(
            peer: peer, isConnected: isConnected, incarnation: incarnation, accepted: accepted, heard: heard,
            missing: missing, roundTripMicroseconds: isConnected ? roundTripMicroseconds : nil)
    }
}
