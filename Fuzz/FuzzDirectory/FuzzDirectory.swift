package import ConclaveFuzzing
internal import ConclavePeersCore
internal import ConclaveTestTrials

/// Who is authorised, and who holds the one connection to each peer.
///
/// - The directory answers as a model does that keeps every set and every block and looks through all of
///   them.
/// - Whoever loses authorisation by a change is named by it, and nobody else is.
/// - Reservations answer as a model does that keeps everything that ever happened.
package enum FuzzDirectory: FuzzTarget {
    package static func run(_ input: [UInt8]) throws(Finding) {
        var choices = Choices(input)
        if choices.once(in: 2) {
            try DirectoryTrial.run(&choices)
        } else {
            try reservations(&choices)
        }
    }

    private static func reservations(_ choices: inout Choices) throws(Finding) {
        let rule = choices.element(of: CrossedDials.allCases)
        guard let configuration = try? configuration(.production) else {
            throw Finding("the production profile is refused")
        }
        var trial = ReservationsTrial(rule: rule, configuration: configuration)
        for _ in 0..<200 where !choices.isEmpty {
            if let mismatch = trial.step(using: &choices) { throw Finding("\(mismatch)") }
        }
    }
}
