import ConclaveArguments
import ConclavePrimitives
import Testing

@testable import ConclaveBench

@Suite struct BenchOptionsTests {
    @Test func `another process of a benchmark is told all that it has to know`() throws {
        var options = BenchOptions()
        options.size = 5_000
        options.nodes = 7
        options.duration = .milliseconds(300)
        options.loops = 3
        options.isSpinning = true
        let words = options.arguments(as: .dialer, port: 4_000)
        guard case .options(let parsed) = try BenchOptions.command.parse(words) else {
            Issue.record("it asks for help")
            return
        }
        #expect(parsed.size == 5_000)
        #expect(parsed.nodes == 7)
        #expect(parsed.duration == .milliseconds(300))
        #expect(parsed.loops == 3)
        #expect(parsed.isSpinning)
        #expect(parsed.role == .dialer)
        #expect(parsed.port == 4_000)
        #expect(parsed.wire == options.wire)
    }

    @Test func `each trial of a suite is a command line that the program takes`() throws {
        for target in Target.all {
            #expect(BenchProgram.names.contains(target.trial.words[0]), "\(target.title)")
            _ = try BenchOptions.command.parse(Array(target.trial.words.dropFirst()))
        }
    }
}
