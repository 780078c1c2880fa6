package import ConclaveFuzzing
internal import ConclavePeersCore
internal import ConclavePrimitives
internal import ConclaveTestTrials

/// Who is let in, and how much he may send.
///
/// - In no window of time is more granted than the rate says, however the clock jumps: each jump excuses
///   one burst.
/// - Nobody who is expected is refused for what others do.
/// - What is refused says until when, and is granted then.
package enum FuzzAdmission: FuzzTarget {
    package static func run(_ input: [UInt8]) throws(Finding) {
        var choices = Choices(input)
        if choices.once(in: 2) {
            try connections(&choices)
        } else {
            try RateTrial.run(&choices)
        }
    }

    private static func connections(_ choices: inout Choices) throws(Finding) {
        guard var trial = try? AdmissionTrial(using: &choices) else {
            throw Finding("a profile within its ranges is refused")
        }
        for _ in 0..<200 where !choices.isEmpty {
            if let wrong = trial.step(using: &choices) { throw Finding(wrong) }
        }
    }
}
