package import ConclavePrimitives
package import ConclaveTransport

/// Whether the messages that a peer sends in pieces go on. One that does not would hold its memory as long as
/// the peer says something else now and then.
package struct PieceWatch: Sendable {
    private struct Sight: Sendable {
        let bytes: UInt64
        let since: Instant
    }

    /// By priority; empty as long as no message was open, as on most links.
    private var sights: [Sight?] = []

    package init() {}

    /// Looks at each priority's open message, of which `bytes` tells how much has arrived, and of all before
    /// it; nil if none is open. Says whether one of them has stood still for `patience`.
    package mutating func isStuck(
        at now: Instant, patience: Duration, bytes: (Priority) -> UInt64?
    ) -> Bool {
        var isStuck = false
        for priority in Priority.allCases {
            let lane = Int(priority.rawValue)
            guard let count = bytes(priority) else {
                if !sights.isEmpty { sights[lane] = nil }
                continue
            }
            if sights.isEmpty { sights = Array(repeating: nil, count: Priority.allCases.count) }
            if let sight = sights[lane], sight.bytes == count {
                if now >= sight.since.advanced(by: patience) { isStuck = true }
            } else {
                sights[lane] = Sight(bytes: count, since: now)
            }
        }
        return isStuck
    }

    /// We do not read, so that nothing can arrive.
    package mutating func forget() { sights = [] }
}
