import ConclaveRuntime

/// Places links on the node's executors in turn. A link stays where its handshake ran.
struct Placement: Sendable {
    private let executors: [any RuntimeExecutor]
    private var turn = 0

    init(_ executors: [any RuntimeExecutor]) {
        self.executors = executors
    }

    mutating func next() -> any RuntimeExecutor {
        defer { turn = (turn + 1) % executors.count }
        return executors[turn]
    }
}
