import ConclaveArguments
import Testing

@testable import ConclaveTool

@Suite struct ValidatorCommandTests {
    /// The unit of systemd that stands in the repository.
    static let unit =
        CliPage.path.split(separator: "/").dropLast(2).reduce("") { $0 + "/" + $1 }
        + "/Packaging/conclave-validator@.service"

    func values(of key: String) -> [String] {
        (contents(of: Self.unit) ?? "").split(separator: "\n").compactMap { line in
            line.hasPrefix(key + "=") ? String(line.dropFirst(key.count + 1)) : nil
        }
    }

    @Test(arguments: ["", "--never-voted"])
    func `the unit of systemd starts a validator with options that there are`(flags: String) throws {
        let start = try #require(values(of: "ExecStart").first)
        let line = start.replacing("%i", with: "main").replacing("$FLAGS", with: flags)
        let words = line.split(separator: " ").map(String.init)
        #expect(words.prefix(2) == ["/usr/bin/conclave", "validator"])
        let parsed = try ValidatorCommand.command.parse(Array(words.dropFirst(2)))
        guard case .options(let told) = parsed else {
            Issue.record("the unit asks for help")
            return
        }
        #expect(told.config == "/etc/conclave/main.json")
        #expect(told.hasNeverVoted == !flags.isEmpty)
        #expect(!told.isSupervised && !told.isEquivocating)
    }

    @Test func `systemd ends it, and has it read its files again, by the signals that it understands`() {
        #expect(values(of: "KillSignal") == ["SIGTERM"])
        #expect(values(of: "ExecReload") == ["/bin/kill -HUP $MAINPID"])
    }

    @Test func `what starting again does not mend is not started again`() throws {
        #expect(values(of: "Restart") == ["on-failure"])
        let codes = try #require(values(of: "RestartPreventExitStatus").first).split(separator: " ")
        #expect(
            codes.compactMap { Int32($0) }
                == [ExitCode.usage, .badInput, .cannotWrite].map(\.rawValue))
    }
}
