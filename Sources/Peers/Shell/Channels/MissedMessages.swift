import Synchronization

/// Counts messages that were offered for peers without a link.
final class MissedMessages: Sendable {
    private let messages = Atomic<UInt64>(0)

    func add() { messages.wrappingAdd(1, ordering: .relaxed) }

    var count: UInt64 { messages.load(ordering: .relaxed) }
}
