import ConclavePrimitives
import ConclaveTool

/// Runs command lines in this process and keeps what they print.
final class Recording: Sendable {
    private let lines = Lock((results: [String](), complaints: [String]()))

    var results: [String] { lines.withLock { $0.results } }
    var complaints: [String] { lines.withLock { $0.complaints } }

    func run(_ words: [String]) -> ExitCode {
        let console = Console(
            result: { line in self.lines.withLock { $0.results.append(line) } },
            complaint: { line in self.lines.withLock { $0.complaints.append(line) } })
        return Program.run(words, console: console)
    }
}
