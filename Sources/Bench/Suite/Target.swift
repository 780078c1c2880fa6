/// One row of what is to be reached.
struct Target: Sendable {
    enum Bound: Sendable {
        case atLeast(Double)
        case atMost(Double)
        /// At most another figure of the same trial.
        case within(String)
    }

    /// How it shall stand beside a comparison program, which counts for more than the absolute value: that
    /// was measured on another day.
    struct Comparison: Sendable {
        let peer: String
        let bound: Bound

        static func toC(_ bound: Bound) -> Comparison {
            Comparison(peer: Reference.plainC, bound: bound)
        }
    }

    let title: String
    let trial: Trial
    let key: String
    let bound: Bound
    let comparison: Comparison?

    init(
        _ title: String, _ trial: Trial, _ key: String, _ bound: Bound, _ comparison: Comparison? = nil
    ) {
        (self.title, self.trial, self.key, self.bound) = (title, trial, key, bound)
        self.comparison = comparison
    }

    /// What was wanted beside what was measured.
    struct Verdict: Sendable {
        /// Nil if no round gave it.
        let measured: Double?
        let wanted: Double
        /// Ours against the comparison program's, and what was wanted; nil if it did not run.
        let ratio: (measured: Double, wanted: Double)?
        let isMet: Bool
    }

    func verdict(on result: TrialResult) -> Verdict {
        let measured = result.figure(key), wanted = wanted(bound, result)
        var ratio: (measured: Double, wanted: Double)?
        if let comparison, let ours = result.ratio(to: comparison.peer) {
            ratio = (ours, self.wanted(comparison.bound, result))
        }
        let isMet =
            if let comparison, let ratio {
                Self.holds(comparison.bound, ratio.measured, ratio.wanted)
            } else {
                measured.map { Self.holds(bound, $0, wanted) } ?? false
            }
        return Verdict(
            measured: measured, wanted: wanted, ratio: ratio, isMet: isMet && result.failure == nil)
    }

    private func wanted(_ bound: Bound, _ result: TrialResult) -> Double {
        switch bound {
        case .atLeast(let value), .atMost(let value): value
        case .within(let key): result.figure(key) ?? 0
        }
    }

    private static func holds(_ bound: Bound, _ measured: Double, _ wanted: Double) -> Bool {
        switch bound {
        case .atLeast: measured >= wanted
        case .atMost, .within: measured <= wanted
        }
    }

    /// The sign between what was measured and what is wanted.
    var sign: String {
        switch comparison?.bound ?? bound {
        case .atLeast: "≥"
        case .atMost, .within: "≤"
        }
    }
}
