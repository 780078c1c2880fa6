/// What a node's `/metrics` says of it as a whole, read back.
struct NodeFigures: Hashable, Sendable {
    /// A reason why messages were not delivered, and how many.
    struct Loss: Hashable, Sendable {
        let reason: String
        let count: Int
    }

    /// In the order of the page; those of no message are left out.
    private(set) var lost: [Loss] = []
    /// Of the node's memory budget, in bytes.
    private(set) var memoryUsed = 0, memoryLimit = 0

    /// Of a node that cannot tell.
    init() {}

    /// - Parameter page: in Prometheus' text format; lines that mean nothing here are passed over.
    init(page: String) {
        for line in page.split(separator: "\n") where !line.hasPrefix("#") {
            let words = line.split(separator: " ")
            guard words.count == 2, let count = Int(words[1]) else { continue }
            switch words[0] {
            case "conclave_memory_budget_used_bytes": memoryUsed = count
            case "conclave_memory_budget_limit_bytes": memoryLimit = count
            case let name: noteLoss(name, count)
            }
        }
    }

    private mutating func noteLoss(_ name: Substring, _ count: Int) {
        let start = "conclave_messages_undelivered_total{reason=\"", end = "\"}"
        guard count > 0, name.hasPrefix(start), name.hasSuffix(end) else { return }
        lost.append(Loss(reason: String(name.dropFirst(start.count).dropLast(end.count)), count: count))
    }

    /// Such as `7: 5 lane_full, 2 limited`.
    var lostText: String {
        guard !lost.isEmpty else { return "nothing" }
        let all = lost.reduce(0) { $0 &+ $1.count }
        return "\(all) messages: " + lost.map { "\($0.count) \($0.reason)" }.joined(separator: ", ")
    }
}
