import ConclavePrimitives
import Testing

@testable import ConclaveTool

@Suite struct CommandGroupTests {
    static let groups = [StakeCommands.group, ChainCommands.group]

    /// What a group prints for `words`, and how it ends.
    static func run(
        _ group: CommandGroup, _ words: [String]
    ) -> (results: [String], failure: Failure?, exit: ExitCode?) {
        let lines = Lock([String]())
        let console = Console(result: { line in lines.withLock { $0.append(line) } }, complaint: { _ in })
        do throws(Failure) {
            let exit = try group.run(words: words, console: console)
            return (lines.withLock { $0 }, nil, exit)
        } catch {
            return (lines.withLock { $0 }, error, nil)
        }
    }

    @Test func `a group names its commands, each of which has help that fits a terminal`() {
        for group in Self.groups {
            let help = Self.run(group, ["--help"])
            #expect(help.exit == .success && help.results == [group.help])
            for command in group.commands {
                #expect(group.help.contains("\n  \(command.word) "))
                let (results, failure, exit) = Self.run(group, [command.word, "--help"])
                #expect(exit == .success && failure == nil)
                let lines = results.joined().split(separator: "\n")
                #expect(lines.first?.hasPrefix("conclave \(group.word) \(command.word): ") == true)
                for line in lines where !line.hasPrefix("Usage:") && !line.hasPrefix("       ") {
                    #expect(line.count <= 80, "\(line)")
                }
            }
        }
    }

    @Test(arguments: [
        ([], "conclave stake needs a command; see conclave stake --help"),
        (["bnd"], "unknown command 'stake bnd'; did you mean bond?"),
        (["x"], "unknown command 'stake x'; see conclave stake --help"),
    ])
    func `a command that is not there is named`(words: [String], message: String) {
        #expect(Self.run(StakeCommands.group, words).failure == Failure(.usage, message))
    }
}
