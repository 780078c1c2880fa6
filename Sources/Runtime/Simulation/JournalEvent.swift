/// What a journal records. Executors, nodes and connections go by the numbers of their making, which are the
/// same in every run.
public enum JournalEvent: Sendable {
    /// A job, a client's turn, or an alarm of an executor.
    case ran(executor: Int), turned(executor: Int), rang(executor: Int)
    /// An owner was told what its stream is ready for.
    case told(connection: Int, node: Int, readiness: UInt8)
    case dialed(node: Int, to: String)
    case connected(connection: Int, from: Int, to: Int)
    case refused(node: Int, to: String)
    /// `mark` stands for what the bytes are.
    case wrote(connection: Int, node: Int, bytes: Int, mark: UInt64)
    case arrived(connection: Int, node: Int, bytes: Int)
    /// An end of a connection said that it will write no more, closed, or was reset.
    case finished(connection: Int, node: Int), closed(connection: Int, node: Int)
    case reset(connection: Int, node: Int)
    /// A node's process began or ended.
    case started(node: Int), crashed(node: Int, Crash)
    /// What a scenario says or does.
    case note(String)
    /// For readers only: not part of the digest.
    case comment(String)

    @inline(__always)
    var isComment: Bool {
        if case .comment = self { true } else { false }
    }

    /// Says who ran when, and nothing else.
    public var isScheduling: Bool {
        switch self {
        case .ran, .turned, .rang, .told: true
        case .dialed, .connected, .refused, .wrote, .arrived, .finished, .closed, .reset, .started, .crashed,
            .note, .comment:
            false
        }
    }

    @inline(__always)
    func fold(into journal: inout Journal) {
        switch self {
        case .ran(let executor): journal.fold(1 << 32 | UInt64(executor))
        case .turned(let executor): journal.fold(2 << 32 | UInt64(executor))
        case .rang(let executor): journal.fold(3 << 32 | UInt64(executor))
        case .told(let connection, let node, let readiness):
            journal.fold(4, connection, node, UInt64(readiness))
        case .dialed(let node, let address): journal.fold(5, node, address)
        case .connected(let connection, let from, let to): journal.fold(6, connection, from, UInt64(to))
        case .refused(let node, let address): journal.fold(7, node, address)
        case .wrote(let connection, let node, let bytes, let mark):
            journal.fold(8, connection, node, UInt64(bytes))
            journal.fold(mark)
        case .arrived(let connection, let node, let bytes): journal.fold(9, connection, node, UInt64(bytes))
        case .finished(let connection, let node): journal.fold(10, connection, node, 0)
        case .closed(let connection, let node): journal.fold(11, connection, node, 0)
        case .reset(let connection, let node): journal.fold(12, connection, node, 0)
        case .started(let node): journal.fold(13, node, "")
        case .crashed(let node, let crash): journal.fold(14, node, crash.rawValue)
        case .note(let text): journal.fold(15, 0, text)
        case .comment: break
        }
    }

    /// For people; `names` are those of the executors and of the nodes by number.
    public func description(executors: [String], nodes: [String]) -> String {
        switch self {
        case .ran(let executor): "\(executors[executor]) runs a job"
        case .turned(let executor): "\(executors[executor]) takes a turn"
        case .rang(let executor): "\(executors[executor]) has an alarm"
        case .told(let connection, let node, let readiness):
            "c\(connection) is ready at \(nodes[node]):"
                + (readiness & 1 != 0 ? " read" : "") + (readiness & 2 != 0 ? " write" : "")
        case .dialed(let node, let address): "\(nodes[node]) dials \(address)"
        case .connected(let connection, let from, let to):
            "c\(connection) joins \(nodes[from]) to \(nodes[to])"
        case .refused(let node, let address): "\(nodes[node]) is refused by \(address)"
        case .wrote(let connection, let node, let bytes, _):
            "c\(connection) takes \(bytes) B of \(nodes[node])"
        case .arrived(let connection, let node, let bytes):
            "c\(connection) brings \(bytes) B to \(nodes[node])"
        case .finished(let connection, let node): "c\(connection) hears \(nodes[node]) has written all"
        case .closed(let connection, let node): "c\(connection) is closed by \(nodes[node])"
        case .reset(let connection, let node): "c\(connection) is reset at \(nodes[node])"
        case .started(let node): "\(nodes[node]) starts"
        case .crashed(let node, let crash): "\(nodes[node]) crashes: \(crash.rawValue)"
        case .note(let text), .comment(let text): text
        }
    }
}

extension Journal {
    fileprivate mutating func fold(_ kind: UInt64, _ connection: Int, _ node: Int, _ detail: UInt64) {
        fold(kind << 56 | UInt64(connection) << 20 | UInt64(node))
        fold(detail)
    }

    fileprivate mutating func fold(_ kind: UInt64, _ node: Int, _ text: String) {
        fold(kind << 56 | UInt64(node))
        fold(text)
    }
}
