import ConclaveArguments

/// The `conclave` program: finds the command that the first word names and runs it.
public enum Program {
    static let commands: [any ToolCommand.Type] = [
        Keygen.self, Peer.self, ValidatorCommand.self, LocalnetCommand.self, StatusCommand.self,
        PeersCommand.self, Doctor.self, Simulate.self, Verify.self,
    ]

    /// Commands that stand behind a word of their own.
    static let groups = [StakeCommands.group, ChainCommands.group]

    /// The words that name the commands.
    package static var words: [String] { commands.map { $0.word } + groups.map(\.word) }

    /// All commands, each as the words that name it.
    package static var paths: [[String]] {
        commands.map { [$0.word] } + groups.flatMap { group in group.commands.map { [group.word, $0.word] } }
    }

    /// Runs the command line and returns the exit code.
    /// - Parameter arguments: without the program's own name.
    public static func run(_ arguments: [String], console: Console) -> ExitCode {
        do throws(Failure) {
            return try dispatch(arguments, console: console)
        } catch {
            console.complaint("conclave: \(error.message)")
            return error.exit
        }
    }

    private static func dispatch(_ arguments: [String], console: Console) throws(Failure) -> ExitCode {
        guard let word = arguments.first else {
            throw Failure(.usage, "a command is missing; see conclave --help")
        }
        if ["--help", "-h", "help"].contains(word) {
            console.result(help)
            return .success
        }
        if let group = groups.first(where: { $0.word == word }) {
            return try group.run(words: Array(arguments.dropFirst()), console: console)
        }
        guard let command = commands.first(where: { $0.word == word }) else {
            let advice = suggestion(for: word, among: words, else: "conclave")
            throw Failure(.usage, "unknown command \(quoted(word)); \(advice)")
        }
        return try command.run(words: Array(arguments.dropFirst()), console: console)
    }

    /// What `conclave --help` prints.
    static var help: String {
        let rows = commands.map { HelpRow($0.word, $0.summary) } + groups.map { HelpRow($0.word, $0.summary) }
        return """
            conclave: the networking layer of a permissioned validator network

            Usage: conclave COMMAND [options]

            Commands:
            \(helpLines(rows).joined(separator: "\n"))

            conclave COMMAND --help tells what a command accepts. --json makes it print JSON
            lines only; logs go to standard error.
            """
    }
}

extension ToolCommand {
    static var summary: String { command.summary }
}
