internal import ConclaveFuzzing
internal import ConclavePeersCore
internal import ConclaveTestTrials
internal import ConclaveTransport

/// Messages in pieces that go on or do not, and everything that was ever seen of them.
struct PieceTrial {
    private static let patience = 100

    private var subject = PieceWatch()
    /// By priority; the newest last.
    private var seen = Priority.allCases.map { _ in [(time: Int, bytes: UInt64?)]() }
    private var now = 0

    static func run(_ choices: inout Choices) throws(Finding) {
        var trial = PieceTrial()
        for _ in 0..<80 where !choices.isEmpty { try trial.step(&choices) }
    }

    private mutating func step(_ choices: inout Choices) throws(Finding) {
        now += choices.number(below: 60)
        if choices.once(in: 16) {
            subject.forget()
            seen = seen.map { _ in [] }
        }
        let bytes = Priority.allCases.map { _ in
            choices.once(in: 3) ? nil : UInt64(choices.number(below: 3))
        }
        for priority in Priority.allCases.indices { seen[priority].append((now, bytes[priority])) }
        let isStuck = subject.isStuck(at: at(now), patience: .milliseconds(Self.patience)) {
            bytes[Int($0.rawValue)]
        }
        let standing = seen.contains { Self.hasStood($0, until: now) }
        try expect(isStuck == standing, "a message stands still: \(standing), it says \(isStuck)")
    }

    /// Whether the same number of bytes has been seen again and again for the patience.
    private static func hasStood(_ sights: [(time: Int, bytes: UInt64?)], until now: Int) -> Bool {
        guard let last = sights.last?.bytes else { return false }
        let same = sights.reversed().prefix { $0.bytes == last }
        return same.last.map { now - $0.time >= patience } ?? false
    }
}
