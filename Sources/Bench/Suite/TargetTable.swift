import ConclaveArguments
import ConclavePeersCore
import ConclavePrimitives
import ConclaveRuntime

/// Runs whatever has a target, and prints the target beside what was measured.
enum TargetTable {
    static let name = "all"

    static func run(_ options: BenchOptions, _ context: Context) async throws -> Int32 {
        let start = context.clock.now
        var trials: [Trial] = []
        for target in Target.all where !trials.contains(target.trial) { trials.append(target.trial) }
        let results = try await Suite(trials: trials, options: options, context: context).run()
        var rows: [[String]] = [["", "wanted", "measured", "beside", ""]]
        var met = 0
        for target in Target.all {
            guard let place = trials.firstIndex(of: target.trial) else { continue }
            let verdict = target.verdict(on: results[place])
            if verdict.isMet { met += 1 }
            if options.isJSON { BenchProgram.say(line(target, verdict, options).text) }
            rows.append(row(target, verdict, results[place]))
        }
        let seconds = start.duration(to: context.clock.now).inSeconds, missed = Target.all.count - met
        if options.isJSON {
            let summary: JSONLine = [
                "benchmark": .string(name), "wire": .string(options.wire.rawValue), "met": .integer(met),
                "missed": .integer(missed), "rounds": .integer(options.rounds),
                "wallSeconds": .number(seconds, decimals: 1),
            ]
            BenchProgram.say(summary.text)
        } else {
            for line in TextTable.lines(rows) { BenchProgram.say(line) }
            BenchProgram.say("\(met) met, \(missed) not met; \(short(seconds)) s")
        }
        return missed == 0 ? 0 : 1
    }

    private static func line(
        _ target: Target, _ verdict: Target.Verdict, _ options: BenchOptions
    ) -> JSONLine {
        var line: JSONLine = [
            "benchmark": .string(target.trial.words.first ?? ""), "wire": .string(options.wire.rawValue),
            "row": .string(target.title), "figure": .string(target.key),
            "measured": verdict.measured.map { .number($0, decimals: 2) } ?? .null,
            "wanted": .number(verdict.wanted, decimals: 2),
        ]
        if let comparison = target.comparison, let ratio = verdict.ratio {
            line.append("peer", .string(comparison.peer))
            line.append("ratio", .number(ratio.measured, decimals: 2))
            line.append("wantedRatio", .number(ratio.wanted, decimals: 2))
        }
        line.append("met", .boolean(verdict.isMet))
        return line
    }

    private static func row(_ target: Target, _ verdict: Target.Verdict, _ result: TrialResult) -> [String] {
        var beside = ""
        if let comparison = target.comparison, let ratio = verdict.ratio {
            beside = "\(short(ratio.measured)) of \(comparison.peer), wanted \(short(ratio.wanted))"
        }
        return [
            target.title, "\(target.sign) \(short(verdict.wanted))",
            verdict.measured.map(short) ?? result.failure ?? "nothing", beside,
            verdict.isMet ? "met" : "not met",
        ]
    }
}
