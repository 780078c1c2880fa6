import ConclaveArguments
import ConclavePrimitives
import ConclaveRuntime
import ConclaveScenarios
import ConclaveSystem
import Glibc

/// `conclave simulate`: runs the seeds of a scenario, and says which of them failed and how to see it again.
enum Simulate: ToolCommand {
    struct Options: NodeOptions {
        var scenario: String?
        var seeds: Int?
        var first: Int?
        var validators: Int?
        var mode: StoryMode?
        var wire: StoryWire?
        var isTrace = false
        var common = CommonOptions()
    }

    static let seedsDefault = 10
    static let seedsMax = 1_000_000
    /// What every JSON reader takes for exactly this number.
    static let firstMax = 1 << 53
    /// Beyond it a seed takes minutes.
    static let validatorsMax = 100

    static let command = Command(
        "conclave simulate", "runs networks of validators in a simulation, each from a seed",
        forms: ["[--json]", "--scenario NAME [options]"],
        notes: [
            """
            Without --scenario it lists the scenarios. A seed runs twice, of more than \(seedsDefault) \
            every tenth, and both runs must give the same history. A seed that fails is shown with its last \
            events and the command that replays it. Exits with 0 if none failed; Ctrl-C ends it with what \
            was done until then.
            """
        ],
        initial: Options(),
        arguments: [
            .option("--scenario", \.scenario, .scenarioName, "the story that the validators live through"),
            .option(
                "--seeds", \.seeds, .integer(1...seedsMax),
                "how many; \(seedsDefault) if left out, 1 with --trace"),
            .option(
                "--first", \.first, .integer(0...firstMax).named("SEED"),
                "the first seed, the others follow; 0 if left out"),
            .option(
                "--validators", \.validators, .integer(2...validatorsMax),
                "how many; as the scenario has it if left out"),
            .option(
                "--mode", \.mode, .choice("lookup|discovery"),
                "how the validators find each other; lookup if left out"),
            .option(
                "--wire", \.wire, .choice("WIRE"),
                "what the validators dial in: native, commonware or mixed; as the scenario has it if left out"
            ),
            .flag("--trace", \.isTrace, "prints the history of the one seed, and logs what its nodes log"),
        ], Argument.common)

    static func run(_ options: Options, console: Console) throws(Failure) -> ExitCode {
        var listing = SimulationView(options.common.isJSON ? .json : .text, console: console)
        guard let plan = try SimulationPlan(options, among: Scenario.all) else {
            for scenario in Scenario.all { listing.show(.scenario(scenario)) }
            listing.show(.scenarios(Scenario.all.count))
            return .success
        }
        let threads = min(plan.seeds.count, processors)
        // One loop more, which shows what the others do and hears signals while they are busy.
        return try NodeProgram.run("simulate", loops: 1 + threads, common: options.common) {
            context, signals throws(Failure) in
            await run(plan, options, context, signals, console)
        }
    }

    private static func run(
        _ plan: SimulationPlan, _ options: Options, _ context: Context, _ signals: Mailbox<Signal>,
        _ console: Console
    ) async -> ExitCode {
        var view = SimulationView(
            options.common.isJSON ? .json : isatty(STDOUT_FILENO) == 1 ? .redrawn : .text, console: console)
        let seeds = SeedQueue(plan.seeds)
        context.spawn("signals") { _ in
            while await signals.next() != nil { seeds.callOff() }
        }
        let begin = context.clock.now
        var tally = SimulationTally(plan)
        func elapsed() -> Double { begin.duration(to: context.clock.now).inSeconds }
        view.progress(tally, elapsed: elapsed())
        let trial = SeedTrial(plan, log: context.log)
        let outcomes = outcomes(of: seeds, trial, context)
        while let outcome = await outcomes.next() {
            for outcome in tally.add(outcome) { view.show(outcome, plan) }
            view.progress(tally, elapsed: elapsed())
        }
        for outcome in tally.close() { view.show(outcome, plan) }
        let summary = tally.summary(wallSeconds: elapsed())
        view.show(.summary(summary))
        return summary.exit
    }

    /// Runs seeds on every loop but the first. A simulation lives on the thread that made it and shares
    /// nothing, so several run beside each other.
    private static func outcomes(
        of seeds: SeedQueue, _ trial: SeedTrial, _ context: Context
    ) -> Mailbox<SeedOutcome> {
        // Has room for all, so that none is refused.
        let outcomes = Mailbox<SeedOutcome>(capacity: seeds.count, overflow: .refuseNewest)
        let workers = context.executors.dropFirst().enumerated().map { number, executor in
            context.spawn("seeds \(number)", on: executor) { _ in
                while let seed = seeds.next() {
                    guard let outcome = trial.outcome(of: seed, isCalledOff: { seeds.isCalledOff }) else {
                        return
                    }
                    outcomes.offer(outcome)
                }
            }
        }
        context.spawn("end of seeds") { _ in
            for worker in workers { await worker.ended() }
            outcomes.close()
        }
        return outcomes
    }

    private static var processors: Int { max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))) }
}

extension ValueKind where Value == String {
    fileprivate static var scenarioName: ValueKind { text.named("NAME") }
}
