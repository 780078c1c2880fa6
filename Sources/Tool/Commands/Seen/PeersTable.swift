import ConclaveArguments

/// The peers of a node, for people and for programs.
enum PeersTable {
    static func lines(_ peers: [NodeSight.Peer]) -> [String] {
        typealias Column = (head: String, alignment: TextTable.Alignment)
        var columns: [Column] = [
            ("peer", .left), ("state", .left), ("address", .left), ("direction", .left), ("age", .right),
        ]
        // A column that no peer has anything for only takes room.
        let hasRoundTrips = peers.contains { $0.roundTripMicroseconds != nil }
        if hasRoundTrips { columns.append(("round trip", .right)) }
        columns += [("queued", .right), ("lost", .right), ("sets", .left)]
        var table = TextTable(columns)
        for peer in peers {
            let state = peer.role == "primary" ? peer.state : "\(peer.state), \(peer.role)"
            var cells: [String] = [
                peer.key.prefix(8) + "…", state, peer.address ?? "-", peer.direction ?? "-",
            ]
            cells.append(peer.ageSeconds.map(ageText) ?? "-")
            if hasRoundTrips { cells.append(peer.roundTripMicroseconds.map { "\($0) µs" } ?? "-") }
            cells.append("\(peer.queuedMessages) / \(sizeText(peer.queuedBytes, decimals: 1))")
            cells.append("\(peer.undeliveredInAll)")
            cells.append(peer.sets.map(String.init).joined(separator: " "))
            table.append(cells)
        }
        return table.lines
    }

    static func json(_ peer: NodeSight.Peer) -> JSONLine {
        let reasons = peer.undelivered.sorted { $0.key < $1.key }
        var undelivered: JSONLine = [:]
        for (reason, count) in reasons { undelivered.append(reason, .integer(count)) }
        return [
            "key": .string(peer.key), "state": .string(peer.state), "role": .string(peer.role),
            "address": optional(peer.address), "direction": optional(peer.direction),
            "wire": optional(peer.wire), "agent": optional(peer.agent),
            "ageSeconds": peer.ageSeconds.map { .number($0, decimals: 1) } ?? .null,
            "roundTripMicroseconds": peer.roundTripMicroseconds.map { .integer($0) } ?? .null,
            "queuedMessages": .integer(peer.queuedMessages), "queuedBytes": .integer(peer.queuedBytes),
            "undelivered": .object(undelivered), "sets": .array(peer.sets.map { .integer($0) }),
        ]
    }

    /// The last line for programs.
    static func summary(_ sight: NodeSight) -> JSONLine {
        ["peers": .integer(sight.peers.count), "connected": .integer(sight.connected)]
    }

    private static func optional(_ text: String?) -> JSONValue { text.map { .string($0) } ?? .null }

    /// In the largest unit of which there is one at least.
    static func ageText(_ seconds: Double) -> String {
        switch seconds {
        case ..<60: "\(fixed(seconds, decimals: 1)) s"
        case ..<3_600: "\(fixed(seconds / 60, decimals: 1)) min"
        case ..<86_400: "\(fixed(seconds / 3_600, decimals: 1)) h"
        case _: "\(fixed(seconds / 86_400, decimals: 1)) d"
        }
    }
}

/// `bytes` in the largest unit of which there is one at least.
func sizeText(_ bytes: Int, decimals: Int) -> String {
    let units = [("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10)]
    guard let (name, size) = units.first(where: { bytes >= $0.1 }) else { return "\(bytes) B" }
    return "\(fixed(Double(bytes) / Double(size), decimals: decimals)) \(name)"
}
