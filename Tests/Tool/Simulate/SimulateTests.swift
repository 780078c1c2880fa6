import ConclaveRuntime
import ConclaveScenarios
import ConclaveSystem
import ConclaveTool
import Testing

/// The command as it is built, with stories small enough for a debug build.
@Suite(.serialized, .timeLimit(.minutes(3))) struct SimulateTests {
    static let mesh = ["simulate", "--scenario", "mesh", "--validators", "3"]

    /// All that is the same in every run: everything up to how long it took.
    func lasting(_ lines: [String]) -> [Substring] {
        lines.map { $0[..<($0.firstRange(of: #","wallSeconds""#)?.lowerBound ?? $0.endIndex)] }
    }

    @Test func `without a name it lists the scenarios`() {
        let recording = Recording()
        #expect(recording.run(["simulate"]) == .success)
        #expect(recording.results.count == Scenario.all.count)
        for scenario in Scenario.all {
            #expect(
                recording.results.contains(
                    "\(scenario.name) (\(scenario.validators) validators): \(scenario.summary)"))
        }
        let json = Recording()
        #expect(json.run(["simulate", "--json"]) == .success)
        #expect(json.results.first?.hasPrefix(#"{"scenario":"mesh","validators":10,"summary":""#) == true)
        #expect(json.results.last == #"{"scenarios":\#(Scenario.all.count)}"#)
    }

    @Test func `two processes that run the same seeds print the same`() async throws {
        try await Executable.scene { context, folder in
            let words = Self.mesh + ["--seeds", "4", "--first", "3", "--json"]
            let first = try Executable.Running(words, in: context, folder: folder)
            #expect(try await first.end() == .code(0))
            let second = try Executable.Running(words, in: context, folder: folder)
            #expect(try await second.end() == .code(0))
            #expect(self.lasting(first.lines) == self.lasting(second.lines))
            #expect(first.lines.count == 5)
            for (line, seed) in zip(first.lines, 3..<7) {
                #expect(line.hasPrefix(#"{"event":"passed","seed":\#(seed),"digest":""#), "\(line)")
            }
            #expect(
                first.lines.last?.hasPrefix(#"{"scenario":"mesh","seeds":4,"failed":[],"digest":""#) == true)
            #expect(contents(of: first.errors) == "")
        }
    }

    @Test func `a trace tells the history of one seed`() async throws {
        try await Executable.scene { context, folder in
            let trace = try Executable.Running(
                Self.mesh + ["--first", "3", "--trace"], in: context, folder: folder)
            #expect(try await trace.end() == .code(0))
            #expect(trace.lines.contains { $0.contains("validator-0 dials ") })
            #expect(trace.lines.dropLast().last?.hasPrefix("seed 3 passed, digest ") == true)
            #expect(trace.lines.last?.hasPrefix("mesh: seeds run: 1, failed: none, digest ") == true)
        }
    }

    @Test func `Ctrl-C ends it with what was done so far`() async throws {
        try await Executable.scene { context, folder in
            let running = try Executable.Running(
                Self.mesh + ["--seeds", "1000000", "--json"], in: context, folder: folder)
            #expect(await running.line { $0.contains(#""event":"passed","seed":0,"#) } != nil)
            running.send(.interrupt)
            #expect(try await running.end() == .code(0))
            let seeds = running.lines.count - 1
            #expect(seeds < 1_000_000)
            #expect(
                running.lines.last?.hasPrefix(#"{"scenario":"mesh","seeds":\#(seeds),"failed":[],"#) == true)
        }
    }
}
