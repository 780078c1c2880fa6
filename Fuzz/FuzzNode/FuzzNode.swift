package import ConclaveFuzzing

/// One node of production code, from its door to its links, with every socket, the clock and all of its peers
/// in the hands of the input: what comes in one read, what a write takes, what ends when. In a whole network
/// all that happens, too, but seldom.
///
/// - What a peer hears is what was sent to it, in order, once; and the books say how much of it left, to the
///   last message, however a link ended.
/// - Sent is written, cut or waiting; received is handed out, waiting or dropped; memory goes back.
/// - A connection ends with what ends it, whatever stands behind that, and nothing holds its peer any more;
///   who is in no set has none.
/// - After the end no task, no alarm and no connection is left.
package enum FuzzNode: FuzzTarget {
    /// More would take the time of other inputs.
    private static let stepsMax = 80

    package static func run(_ input: [UInt8]) throws(Finding) {
        var choices = Choices(input)
        let trial = try NodeTrial(&choices)
        for _ in 0..<stepsMax where !choices.isEmpty { try trial.step(&choices) }
        try trial.finish()
    }
}
