import ConclaveArguments

/// Shows a run of seeds: a line that is redrawn in place in a terminal, a line per seed anywhere else.
struct SimulationView {
    enum Form {
        case redrawn, text, json
    }

    private let form: Form
    private let console: Console
    /// Whether the line that is redrawn stands on the screen.
    private var isDrawn = false

    init(_ form: Form, console: Console) {
        self.form = form
        self.console = console
    }

    mutating func show(_ event: SimulationEvent) {
        switch (form, event) {
        case (.json, _): console.result(event.json.text)
        case (.redrawn, .passed): break
        case (.redrawn, _), (.text, _): for line in event.text { write(line) }
        }
    }

    /// A seed's history if it was asked for, and how it came out.
    mutating func show(_ outcome: SeedOutcome, _ plan: SimulationPlan) {
        for line in outcome.history { show(.happened(line)) }
        guard let failure = outcome.failure else { return show(.passed(outcome)) }
        if form != .json, plan.telling == .history, let report = failure.report { write(report) }
        show(.failed(outcome, failure, replay: plan.replay(of: outcome.seed)))
    }

    mutating func progress(_ tally: SimulationTally, elapsed: Double) {
        guard form == .redrawn else { return }
        write(Self.progress(tally, elapsed: elapsed))
        isDrawn = true
    }

    static func progress(_ tally: SimulationTally, elapsed: Double) -> String {
        "\(tally.scenario) · \(tally.done) of \(tally.seeds.count) seeds · \(tally.failed.count) failed · "
            + "\(fixed(elapsed, decimals: 0)) s · Ctrl-C ends it"
    }

    /// Writes over the line that is redrawn.
    private mutating func write(_ line: String) {
        console.result((isDrawn ? "\u{1B}[1A\r\u{1B}[J" : "") + line)
        isDrawn = false
    }
}
