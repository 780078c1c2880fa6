import ConclaveArguments
import ConclavePeersCore
import ConclavePrimitives
import ConclaveRuntime
import ConclaveSystem

/// Runs a benchmark's rounds, each in fresh processes, in turn with the comparison programs, and prints the
/// medians.
struct Coordinator {
    let benchmark: any Benchmark.Type
    let options: BenchOptions
    let context: Context

    func run() async throws -> Int32 {
        let references = options.peers == nil ? [] : benchmark.references(options)
        var ours: [Figures] = []
        var theirs = references.map { _ in [Double]() }
        for number in 1...options.rounds {
            ours.append(try await round())
            for (index, reference) in references.enumerated() {
                theirs[index].append(try await reference.measure(in: options.peers ?? "", context))
            }
            if !options.isJSON { BenchProgram.complain("round \(number) of \(options.rounds) is done") }
        }
        report(ours)
        for (reference, values) in zip(references, theirs) { report(reference, values, beside: ours) }
        return 0
    }

    // MARK: Rounds

    private func round() async throws -> Figures {
        var figures: Figures?
        switch benchmark.layout {
        case .pair:
            let listener = try start(.listener, port: 0)
            guard let line = await listener.lines.next(), let port = Int(line) else {
                throw RoundFailed(description: "the listener did not start")
            }
            let dialer = try start(.dialer, port: port)
            while let line = await dialer.lines.next() { figures = Figures(line) ?? figures }
            while let line = await listener.lines.next() { figures = Figures(line) ?? figures }
            _ = try await dialer.exit()
            _ = try await listener.exit()
        case .alone:
            let process = try start(.alone, port: 0)
            while let line = await process.lines.next() { figures = Figures(line) ?? figures }
            _ = try await process.exit()
        }
        guard let figures else { throw RoundFailed(description: "a round ended without figures") }
        return figures
    }

    private func start(_ role: BenchOptions.Role, port: Int) throws -> ChildProcess {
        let words = [benchmark.name] + options.arguments(as: role, port: port)
        return try ChildProcess(.init(path: "/proc/self/exe", arguments: words), in: context)
    }

    // MARK: Results

    private func report(_ rounds: [Figures]) {
        var line: JSONLine = [
            "benchmark": .string(benchmark.name), "wire": .string(options.wire.rawValue),
        ]
        appendSettings(to: &line)
        for key in benchmark.figures {
            line.append(key, .number(median(rounds.map { $0[key] }), decimals: 2))
        }
        BenchProgram.say(options.isJSON ? line.text : people("conclave", rounds))
    }

    private func appendSettings(to line: inout JSONLine) {
        for setting in benchmark.settings {
            line.append(setting.rawValue, .integer(setting.value(in: options)))
        }
    }

    private func people(_ name: String, _ rounds: [Figures]) -> String {
        let texts = benchmark.figures.map { key in
            let values = rounds.map { $0[key] }
            return
                "\(key) \(short(median(values))) (\(short(values.min() ?? 0)) to \(short(values.max() ?? 0)))"
        }
        let settings = benchmark.settings.map { ", " + $0.text(in: options) }.joined()
        return "\(name), \(options.wire.rawValue)\(settings): " + texts.joined(separator: ", ")
    }

    private func report(_ reference: Reference, _ values: [Double], beside rounds: [Figures]) {
        let theirs = median(values)
        let key = benchmark.figures[0]
        let ratio = median(zip(rounds, values).map { $0[key] / $1 })
        var line: JSONLine = ["benchmark": .string(benchmark.name), "peer": .string(reference.name)]
        appendSettings(to: &line)
        line.append(key, .number(theirs, decimals: 1))
        line.append("ratio", .number(ratio, decimals: 2))
        BenchProgram.say(
            options.isJSON
                ? line.text : "\(reference.name): \(key) \(short(theirs)); conclave is \(short(ratio)) of it")
    }
}
