/// How long the files of a folder and their functions are.
struct Sizes: Sendable, CustomStringConvertible {
    private(set) var files: [(lines: Int, path: String)] = []
    private(set) var functions: [(lines: Int, path: String)] = []

    init(of sources: [SourceFile]) {
        files = sources.map { ($0.lineCount, $0.path) }.sorted { $0.lines < $1.lines }
        functions = sources.flatMap { file in
            FunctionSpan.all(in: file.tokens).map { ($0.lines, "\(file.path):\($0.line)") }
        }.sorted { $0.lines < $1.lines }
    }

    var description: String {
        "\(line("file", files)); \(line("function", functions))"
    }

    private func line(_ thing: String, _ sorted: [(lines: Int, path: String)]) -> String {
        guard let longest = sorted.last else { return "no \(thing)s" }
        let median = sorted[sorted.count / 2].lines
        let ninth = sorted[min(sorted.count - 1, sorted.count * 9 / 10)].lines
        let figures = "median \(median), p90 \(ninth), longest \(longest.lines) (\(longest.path))"
        return "\(sorted.count) \(thing)s, lines each: \(figures)"
    }
}
