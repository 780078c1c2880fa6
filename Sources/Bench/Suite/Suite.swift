import ConclavePeersCore
import ConclavePrimitives
import ConclaveRuntime
import ConclaveSystem

/// Runs trials in turn, round by round, each in processes of its own, so that what the machine does besides
/// meets all of them alike.
struct Suite {
    let trials: [Trial]
    let options: BenchOptions
    let context: Context

    /// The results, in the order of the trials.
    func run() async throws -> [TrialResult] {
        var results = trials.map { _ in TrialResult() }
        for round in 1...options.rounds {
            for (index, trial) in trials.enumerated() {
                if trial.repetition == .once, round > 1 { continue }
                BenchProgram.complain("round \(round) of \(options.rounds): \(trial.text)")
                let (lines, exit) = try await play(trial)
                results[index].add(lines, exit)
            }
        }
        return results
    }

    private func play(_ trial: Trial) async throws -> (lines: [String], exit: ChildProcess.Exit) {
        var words = trial.words + ["--json", "--rounds", "1", "--seconds", "\(options.duration.inSeconds)"]
        words += ["--wire", options.wire.rawValue]
        if let peers = options.peers { words += ["--peers", peers] }
        // What differs from the local profile each of them would say in each round; Docs/Performance has it.
        let command = ChildProcess.Command(
            path: "/proc/self/exe", arguments: words, errors: .file("/dev/null"))
        let process = try ChildProcess(command, in: context)
        var lines: [String] = []
        while let line = await process.lines.next() { lines.append(line) }
        return (lines, try await process.exit())
    }
}
