package import ConclaveArguments

/// What a run of seeds came to; the last line of `simulate --json`.
package struct SimulationSummary: Hashable, Sendable {
    let scenario: String
    /// Seeds that were run, and how many were asked for.
    package let seeds: Int
    let wanted: Int
    package let failed: [Int]
    /// Of all histories: the same in every run of one build.
    package let digest: UInt64
    let virtualSeconds: Double
    let wallSeconds: Double

    package init(
        scenario: String, seeds: Int, wanted: Int, failed: [Int], digest: UInt64, virtualSeconds: Double,
        wallSeconds: Double
    ) {
        self.scenario = scenario
        self.seeds = seeds
        self.wanted = wanted
        self.failed = failed
        self.digest = digest
        self.virtualSeconds = virtualSeconds
        self.wallSeconds = wallSeconds
    }

    /// Seeds that were not run have not failed.
    package var exit: ExitCode { failed.isEmpty ? .success : .goalMissed }

    package var json: JSONLine {
        [
            "scenario": .string(scenario), "seeds": .integer(seeds),
            "failed": .array(failed.map { .integer($0) }), "digest": .string(digestText(digest)),
            "virtualSeconds": .number(virtualSeconds, decimals: 1),
            "wallSeconds": .number(wallSeconds, decimals: 1),
        ]
    }

    /// For people.
    package var text: String {
        let count = seeds == wanted ? "\(seeds)" : "\(seeds) of \(wanted)"
        let names = failed.prefix(20).map(String.init).joined(separator: ", ")
        let which = failed.isEmpty ? "none" : names + (failed.count > 20 ? " and others" : "")
        return """
            \(scenario): seeds run: \(count), failed: \(which), digest \(digestText(digest)), \
            \(fixed(virtualSeconds, decimals: 1)) s lived in \(fixed(wallSeconds, decimals: 1)) s
            """
    }
}
