import ConclaveArguments
import ConclavePeers
import ConclavePeersCore
import ConclavePrimitives

/// What `/peers` shows: every tracked peer but the node itself, by key.
enum PeersPage {
    static func text(_ peers: [PeerReport]) -> String {
        let lines = peers.filter { $0.state != .own }.map { JSONValue.object(line($0)) }
        return JSONValue.array(lines).text
    }

    private static func line(_ peer: PeerReport) -> JSONLine {
        let link = peer.link
        return [
            "key": .string("\(peer.peer)"), "state": .string(peer.state.rawValue),
            "role": .string(peer.role.rawValue),
            "address": optional((link.map { "\($0.address)" } ?? peer.ingress.map { "\($0)" })),
            "ingress": optional(peer.ingress.map { "\($0)" }),
            "direction": optional(link?.direction.rawValue),
            "wire": optional(link?.wire.wire.rawValue),
            // The commonware profile tells neither what it is nor how long an answer takes.
            "agent": optional(link?.agent),
            "ageSeconds": link.map { .number($0.age.inSeconds, decimals: 1) } ?? .null,
            "roundTripMicroseconds": link?.roundTrip.map { time in
                .integer(Int(clamping: time.saturatingNanoseconds / 1_000))
            } ?? .null,
            "queuedMessages": .integer(link?.queuedMessages ?? 0),
            "queuedBytes": .integer(link?.queuedBytes ?? 0),
            "undelivered": .object(reasons(peer.undelivered)),
            "lastEnd": optional(peer.lastEnd?.name),
            "sets": .array(peer.sets.map { .integer(Int(clamping: $0)) }),
        ]
    }

    /// Every reason but `undecodable`, which nobody counts by peer.
    private static func reasons(_ undelivered: Undelivered) -> JSONLine {
        undelivered.byReason.filter { $0.reason != "undecodable" }.reduce(into: [:]) { line, entry in
            line.append(entry.reason, .integer(Int(clamping: entry.count)))
        }
    }

    private static func optional(_ text: String?) -> JSONValue { text.map { .string($0) } ?? .null }
}
