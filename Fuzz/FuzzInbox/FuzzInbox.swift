package import ConclaveFuzzing

/// What waits in an inbox, from several peers, in a node whose memory is small.
///
/// - Of each peer's messages those that were taken are handed out, once and in order; the others were
///   refused.
/// - Two lanes that both have something waiting are served alike, but for three turns.
/// - No lane holds more messages than it may, and no more memory is held than floors and budget allow; when
///   all is handed out nothing is held.
/// - Whoever was told to pause is told to go on.
package enum FuzzInbox: FuzzTarget {
    package static func run(_ input: [UInt8]) throws(Finding) {
        var choices = Choices(input)
        var trial = try InboxTrial(&choices)
        for _ in 0..<150 where !choices.isEmpty {
            try trial.step(&choices)
        }
        try trial.finish()
    }
}
