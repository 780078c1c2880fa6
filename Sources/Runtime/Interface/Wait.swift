import Synchronization

/// What a task waits for, as the tree of scopes tells those who ask why nothing goes on.
@usableFromInline
package enum Wait: UInt8, Sendable {
    case nothing, message, alarm, end, answer, connection, name, news, bytes, room, disk

    var text: String {
        switch self {
        case .nothing: "running"
        case .message: "waits for a message"
        case .alarm: "waits for an alarm"
        case .end: "waits for the end of others"
        case .answer: "waits for an answer"
        case .connection: "waits for a connection"
        case .name: "waits for a name's addresses"
        case .news: "waits for news"
        case .bytes: "waits for bytes"
        case .room: "waits for room"
        case .disk: "waits for the disk"
        }
    }
}

/// Where the task of a scope leaves word of what it waits for. Tasks inside one scope share it; the last word
/// counts.
@usableFromInline
package final class WaitNote: Sendable {
    /// That of the scope whose task runs here; nil outside all of them.
    @TaskLocal static var current: WaitNote?

    private let note = Atomic(Wait.nothing.rawValue)

    init() {}

    /// The calling task is about to wait; ``end()`` says that it goes on.
    @usableFromInline
    package static func begin(_ wait: Wait) -> WaitNote? {
        let current = current
        current?.note.store(wait.rawValue, ordering: .relaxed)
        return current
    }

    @usableFromInline
    package func end() { note.store(Wait.nothing.rawValue, ordering: .relaxed) }

    var wait: Wait { Wait(rawValue: note.load(ordering: .relaxed)) ?? .nothing }
}
