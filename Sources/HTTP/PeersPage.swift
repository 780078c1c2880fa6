import ConclaveArguments
import ConclavePeers
import ConclavePeersCore
import ConclavePrimitives

/// What `/peers` shows: every tracked peer but the node itself, by key.
enum PeersPage {
    static func text(_ peers: [PeerReport], wire: String) -> String {
        let lines = peers.filter { $0.state != .own }.map { JSONValue.object(line($0, wire: wire)) }
        return JSONValue.array(lines).text
    }

    private static func line(_ peer: PeerReport, wire: String) -> JSONLine {
        let link = peer.link
        return [
            "key": .string("\(peer.peer)"), "state": .string(peer.state.rawValue),
            "role": .string(peer.role.rawValue),
            "address": optional((link.map { "\($0.address)" } ?? peer.address.map { "\($0.ingress)" })),
            "direction": optional(link?.direction.rawValue),
            "wire": link == nil ? .null : .string(wire),
            // The commonware profile tells neither what it is nor how long an answer takes.
            "agent": .null,
            "ageSeconds": link.map { .number($0.age.inSeconds, decimals: 1) } ?? .null,
            "roundTripMicroseconds": .null,
            "queuedMessages": .integer(link?.queuedMessages ?? 0),
            "queuedBytes": .integer(link?.queuedBytes ?? 0),
            "undelivered": .object(["lane_full": .integer(Int(clamping: link?.tally.laneFull ?? 0))]),
            "sets": .array(peer.sets.map { .integer(Int(clamping: $0)) }),
        ]
    }

    private static func optional(_ text: String?) -> JSONValue { text.map { .string($0) } ?? .null }
}
