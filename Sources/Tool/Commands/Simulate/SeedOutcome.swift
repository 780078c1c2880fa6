/// How one seed of a scenario came out.
package struct SeedOutcome: Sendable {
    /// What went wrong.
    package struct Failure: Hashable, Sendable {
        package let reason: String
        /// The last events before it.
        package let lastEvents: [String]
        /// What every validator waited for.
        package let report: String?

        package init(reason: String, lastEvents: [String], report: String? = nil) {
            self.reason = reason
            self.lastEvents = lastEvents
            self.report = report
        }
    }

    package let seed: Int
    /// Names the history.
    package let digest: UInt64
    package let virtualTime: Duration
    package let failure: Failure?
    /// All events, if they were asked for.
    package let history: [String]

    package init(
        seed: Int, digest: UInt64, virtualTime: Duration, failure: Failure? = nil, history: [String] = []
    ) {
        self.seed = seed
        self.digest = digest
        self.virtualTime = virtualTime
        self.failure = failure
        self.history = history
    }
}

/// A digest as 16 hexadecimal digits.
func digestText(_ digest: UInt64) -> String {
    let digits = String(digest, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
}
