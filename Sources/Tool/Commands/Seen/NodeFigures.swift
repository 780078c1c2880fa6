/// What a node's `/metrics` says of it as a whole, read back.
package struct NodeFigures: Hashable, Sendable {
    /// A reason why messages were not delivered, or links ended, and how many.
    package struct Loss: Hashable, Sendable {
        package let reason: String
        package let count: Int
    }

    /// In the order of the page; those of no message are left out.
    package private(set) var lost: [Loss] = []
    /// Links that have ended, in the order of the page.
    package private(set) var ended: [Loss] = []
    /// Of the node's memory budget, in bytes.
    package private(set) var memoryUsed = 0, memoryLimit = 0

    /// Of a node that cannot tell.
    package init() {}

    /// - Parameter page: in Prometheus' text format; lines that mean nothing here are passed over.
    package init(page: String) {
        for line in page.split(separator: "\n") where !line.hasPrefix("#") {
            let words = line.split(separator: " ")
            guard words.count == 2, let count = Int(words[1]) else { continue }
            switch words[0] {
            case "conclave_memory_budget_used_bytes": memoryUsed = count
            case "conclave_memory_budget_limit_bytes": memoryLimit = count
            case let name:
                Self.note(&lost, "conclave_messages_undelivered_total", name, count)
                Self.note(&ended, "conclave_disconnections_total", name, count)
            }
        }
    }

    private static func note(_ list: inout [Loss], _ figure: String, _ name: Substring, _ count: Int) {
        let start = figure + "{reason=\"", end = "\"}"
        guard count > 0, name.hasPrefix(start), name.hasSuffix(end) else { return }
        list.append(Loss(reason: String(name.dropFirst(start.count).dropLast(end.count)), count: count))
    }

    /// Such as `3 links: 2 peer_shutdown, 1 silent`.
    var endedText: String {
        guard !ended.isEmpty else { return "no link" }
        let all = ended.reduce(0) { $0 &+ $1.count }
        return "\(all) links: " + ended.map { "\($0.count) \($0.reason)" }.joined(separator: ", ")
    }

    /// Such as `7: 5 lane_full, 2 limited`.
    var lostText: String {
        guard !lost.isEmpty else { return "nothing" }
        let all = lost.reduce(0) { $0 &+ $1.count }
        return "\(all) messages: " + lost.map { "\($0.count) \($0.reason)" }.joined(separator: ", ")
    }
}
