import ConclaveArguments

/// Commands under one word: `conclave stake bond` and its like.
struct CommandGroup: Sendable {
    /// The word before theirs.
    let word: String
    let summary: String
    let commands: [any ToolCommand.Type]

    /// Runs what the words behind the group's name say.
    func run(words: [String], console: Console) throws(Failure) -> ExitCode {
        guard let word = words.first else {
            throw Failure(.usage, "conclave \(self.word) needs a command; see conclave \(self.word) --help")
        }
        if ["--help", "-h", "help"].contains(word) {
            console.result(help)
            return .success
        }
        guard let command = commands.first(where: { $0.word == word }) else {
            let advice = suggestion(for: word, among: commands.map { $0.word }, else: "conclave \(self.word)")
            throw Failure(.usage, "unknown command \(quoted("\(self.word) \(word)")); \(advice)")
        }
        return try command.run(words: Array(words.dropFirst()), console: console)
    }

    /// What `--help` behind the group's name prints.
    var help: String {
        let rows = commands.map { HelpRow($0.word, $0.summary) }
        return """
            conclave \(word): \(summary)

            Usage: conclave \(word) COMMAND [options]

            Commands:
            \(helpLines(rows).joined(separator: "\n"))

            conclave \(word) COMMAND --help tells what a command accepts.
            """
    }
}
