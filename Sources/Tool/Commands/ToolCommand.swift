import ConclaveArguments

/// One command of the `conclave` program.
protocol ToolCommand: SendableMetatype {
    associatedtype Options: Sendable

    /// Its name, behind `conclave`, and what it accepts.
    static var command: Command<Options> { get }

    /// Does what was asked.
    static func run(_ options: Options, console: Console) throws(Failure) -> ExitCode
}

extension ToolCommand {
    /// The word that calls it.
    static var word: String { command.name.split(separator: " ").last.map(String.init) ?? command.name }

    static func run(words: [String], console: Console) throws(Failure) -> ExitCode {
        switch try parse(words) {
        case .help(let text):
            console.result(text)
            return .success
        case .options(let options):
            return try run(options, console: console)
        }
    }

    private static func parse(_ words: [String]) throws(Failure) -> Command<Options>.Parsed {
        do throws(UsageError) {
            return try command.parse(words)
        } catch {
            throw Failure(error)
        }
    }
}
