package import ConclaveArguments
import ConclavePrimitives
package import ConclaveScenarios

/// What `conclave simulate` prints.
package enum SimulationEvent: Sendable {
    /// One of the scenarios that there are, and how many that was.
    case scenario(Scenario)
    case scenarios(Int)
    /// A line of a seed's history.
    case happened(String)
    case passed(SeedOutcome)
    case failed(SeedOutcome, SeedOutcome.Failure, replay: String)
    /// The last line.
    case summary(SimulationSummary)

    package var json: JSONLine {
        switch self {
        case .scenario(let scenario):
            [
                "scenario": .string(scenario.name), "validators": .integer(scenario.validators),
                "summary": .string(scenario.summary),
            ]
        case .scenarios(let count): ["scenarios": .integer(count)]
        case .happened(let line): ["event": "happened", "text": .string(line)]
        case .passed(let outcome): Self.json("passed", outcome)
        case .failed(let outcome, let failure, let replay): Self.json(outcome, failure, replay)
        case .summary(let summary): summary.json
        }
    }

    private static func json(_ event: String, _ outcome: SeedOutcome) -> JSONLine {
        [
            "event": .string(event), "seed": .integer(outcome.seed),
            "digest": .string(digestText(outcome.digest)),
            "virtualSeconds": .number(outcome.virtualTime.inSeconds, decimals: 1),
        ]
    }

    private static func json(_ outcome: SeedOutcome, _ failure: SeedOutcome.Failure, _ replay: String)
        -> JSONLine
    {
        var line = json("failed", outcome)
        line.append("reason", .string(failure.reason))
        line.append("replay", .string(replay))
        line.append("lastEvents", .array(failure.lastEvents.map { .string($0) }))
        return line
    }

    /// For people: the lines, or none.
    package var text: [String] {
        switch self {
        case .scenario(let scenario):
            ["\(scenario.name) (\(scenario.validators) validators): \(scenario.summary)"]
        case .scenarios: []
        case .happened(let line): [line]
        case .passed(let outcome):
            [
                "seed \(outcome.seed) passed, digest \(digestText(outcome.digest)), "
                    + "\(fixed(outcome.virtualTime.inSeconds, decimals: 1)) s"
            ]
        case .failed(let outcome, let failure, let replay): Self.text(outcome, failure, replay)
        case .summary(let summary): [summary.text]
        }
    }

    private static func text(_ outcome: SeedOutcome, _ failure: SeedOutcome.Failure, _ replay: String)
        -> [String]
    {
        let time = fixed(outcome.virtualTime.inSeconds, decimals: 1)
        return ["seed \(outcome.seed) failed after \(time) s: \(failure.reason)"]
            + (failure.lastEvents.isEmpty ? [] : ["  the last events before:"])
            + failure.lastEvents.map { "    \($0)" } + ["  replay it: \(replay)"]
    }
}
