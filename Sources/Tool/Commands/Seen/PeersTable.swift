package import ConclaveArguments

/// The peers of a node, for people and for programs.
package enum PeersTable {
    package static func lines(_ peers: [NodeSight.Peer]) -> [String] {
        typealias Column = (head: String, alignment: TextTable.Alignment)
        var columns: [Column] = [
            ("peer", .left), ("state", .left), ("address", .left), ("age", .right),
        ]
        // A column that no peer has anything for only takes room.
        let hasRoundTrips = peers.contains { $0.roundTripMicroseconds != nil }
        if hasRoundTrips { columns.append(("rtt", .right)) }
        columns += [("queue", .right), ("lost", .right), ("sets", .left)]
        var table = TextTable(columns)
        for peer in peers {
            let state = stateText(peer) + roleText(peer.role)
            var cells: [String] = [
                peer.key.prefix(8) + "…", state, addressText(peer),
            ]
            cells.append(peer.ageSeconds.map(ageText) ?? "-")
            if hasRoundTrips { cells.append(peer.roundTripMicroseconds.map(timeText) ?? "-") }
            cells.append("\(peer.queuedMessages)")
            cells.append("\(peer.undeliveredInAll)")
            cells.append(setsText(peer.sets))
            table.append(cells)
        }
        return table.lines
    }

    private static func roleText(_ role: String) -> String {
        switch role {
        case "primary": ""
        case "secondary": ", 2nd"
        case "bootstrapper": ", boot"
        case _: ", \(role)"
        }
    }

    /// Of who is disconnected, why, if it ever was not.
    private static func stateText(_ peer: NodeSight.Peer) -> String {
        peer.state == "disconnected" ? peer.lastEnd ?? peer.state : peer.state
    }

    /// Where a link goes to or comes from; without one, where the peer would be dialled.
    private static func addressText(_ peer: NodeSight.Peer) -> String {
        guard let address = peer.address else { return "-" }
        switch peer.direction {
        case "dialed": return "→" + address
        case "accepted": return "←" + address
        case _: return address
        }
    }

    /// Neighbours as a range, as epochs are.
    static func setsText(_ sets: [Int]) -> String {
        guard let first = sets.first, let last = sets.last, sets.count > 1 else {
            return sets.first.map(String.init) ?? "-"
        }
        let isRange = zip(sets, sets.dropFirst()).allSatisfy { $0 < $1 && $1 - 1 == $0 }
        return isRange ? "\(first)-\(last)" : sets.map(String.init).joined(separator: " ")
    }

    package static func json(_ peer: NodeSight.Peer) -> JSONLine {
        let reasons = peer.undelivered.sorted { $0.key < $1.key }
        var undelivered: JSONLine = [:]
        for (reason, count) in reasons { undelivered.append(reason, .integer(count)) }
        return [
            "key": .string(peer.key), "state": .string(peer.state), "role": .string(peer.role),
            "address": optional(peer.address), "ingress": optional(peer.ingress),
            "direction": optional(peer.direction),
            "wire": optional(peer.wire), "agent": optional(peer.agent),
            "ageSeconds": peer.ageSeconds.map { .number($0, decimals: 1) } ?? .null,
            "roundTripMicroseconds": peer.roundTripMicroseconds.map { .integer($0) } ?? .null,
            "queuedMessages": .integer(peer.queuedMessages), "queuedBytes": .integer(peer.queuedBytes),
            "undelivered": .object(undelivered), "lastEnd": optional(peer.lastEnd),
            "sets": .array(peer.sets.map { .integer($0) }),
        ]
    }

    /// The last line for programs.
    static func summary(_ sight: NodeSight) -> JSONLine {
        ["peers": .integer(sight.peers.count), "connected": .integer(sight.connected)]
    }

    private static func optional(_ text: String?) -> JSONValue { text.map { .string($0) } ?? .null }

    /// Short, because the table has little room.
    static func timeText(_ microseconds: Int) -> String {
        switch microseconds {
        case ..<10_000: "\(microseconds)µs"
        case ..<10_000_000: "\(microseconds / 1_000)ms"
        case _: "\(microseconds / 1_000_000)s"
        }
    }

    /// In the largest unit of which there is one at least.
    static func ageText(_ seconds: Double) -> String {
        switch seconds {
        case ..<60: "\(fixed(seconds, decimals: 1))s"
        case ..<3_600: "\(fixed(seconds / 60, decimals: 1))m"
        case ..<86_400: "\(fixed(seconds / 3_600, decimals: 1))h"
        case _: "\(fixed(seconds / 86_400, decimals: 1))d"
        }
    }
}

/// `bytes` in the largest unit of which there is one at least.
func sizeText(_ bytes: Int, decimals: Int) -> String {
    let units = [("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10)]
    guard let (name, size) = units.first(where: { bytes >= $0.1 }) else { return "\(bytes) B" }
    return "\(fixed(Double(bytes) / Double(size), decimals: decimals)) \(name)"
}
