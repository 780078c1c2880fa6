import ConclaveArguments
import Testing

@Suite struct CommandTests {
    struct Dinner: Sendable, Equatable {
        var guest: String?
        var courses = 3
        var wine: [String] = []
        var isLate = false
        var table: String?
        var pause = Duration.seconds(5)
    }

    static let command = Command(
        "dine", "serves a dinner", forms: ["--guest NAME [options] [TABLE]"], initial: Dinner(),
        arguments: [
            .option("--guest", \.guest, .text.named("NAME"), "who comes", .required),
            .option(
                "--courses", \.courses, .integer(1...12),
                "how many plates, each of which comes and goes before the next one does"),
            .options("--wine", \.wine, .text.named("BOTTLE"), "what to drink"),
            .option("--pause", \.pause, .duration, "between courses"),
            .flag("--late", \.isLate, "after midnight"),
            .positional(\.table, .text.named("TABLE"), "where", .optional),
        ])

    func dinner(_ words: String...) throws -> Dinner? {
        guard case .options(let dinner) = try Self.command.parse(words) else { return nil }
        return dinner
    }

    @Test func `values stand behind a space or an equals sign`() throws {
        let spaced = try dinner(
            "--guest", "Ada", "--courses", "5", "--wine", "red", "--wine", "white", "--late", "7")
        let joined = try dinner("--guest=Ada", "--wine=red", "7", "--late", "--wine=white", "--courses=5")
        var wanted = Dinner(guest: "Ada", courses: 5, wine: ["red", "white"], isLate: true, table: "7")
        #expect(spaced == wanted)
        #expect(joined == wanted)
        wanted.guest = "a=b"
        #expect(
            try dinner("--guest=a=b", "--courses=5", "--wine=red", "--wine=white", "--late", "7") == wanted)
    }

    @Test func `what is left out keeps its default`() throws {
        #expect(try dinner("--guest", "Ada") == Dinner(guest: "Ada"))
    }

    @Test func `words behind a double hyphen are no options`() throws {
        #expect(try dinner("--guest", "Ada", "--", "--late")?.table == "--late")
        #expect(try dinner("--guest", "Ada", "--", "--help")?.table == "--help")
    }

    @Test(arguments: [
        (["--courses", "5"], "dine needs --guest NAME; see dine --help"),
        (["--guest"], "--guest needs a value: --guest NAME"),
        (["--guest", "--late"], "--guest needs a value: --guest NAME"),
        (["--guest", "Ada", "--guest", "Bob"], "--guest is given twice"),
        (["--guest", "Ada", "--late=yes"], "--late takes no value: '--late=yes'"),
        (["--gest", "Ada"], "unknown option '--gest'; did you mean --guest?"),
        (["--cour", "5"], "unknown option '--cour'; did you mean --courses?"),
        (["--entirely-else"], "unknown option '--entirely-else'; see dine --help"),
        (["-x"], "unknown option '-x'; see dine --help"),
        (["--guest", "Ada", "7", "8"], "unexpected argument '8'; see dine --help"),
        (["--guest", "Ada", "--courses", "13"], "--courses: '13' is not a whole number from 1 to 12"),
        (["--guest="], "--guest: '' is not a text of at least one letter"),
        (["--pause", "0s"], "--pause: '0s' is not a duration such as 250ms, 10s, 5m or 1h"),
        (
            ["--courses", "5\n6\u{1b}[31m"],
            #"--courses: '5\u{a}6\u{1b}[31m' is not a whole number from 1 to 12"#
        ),
    ])
    func `each mistake is one line that says what would be right`(words: [String], message: String) {
        let error = #expect(throws: UsageError.self) { try Self.command.parse(words) }
        #expect(error?.message == message)
        #expect(error?.message.contains("\n") == false)
    }

    @Test func `help wins over mistakes, aligns its columns and shows defaults`() throws {
        guard case .help(let text) = try Self.command.parse(["--nonsense", "--help"]) else {
            Issue.record("no help")
            return
        }
        #expect(
            text == """
                dine: serves a dinner

                Usage: dine --guest NAME [options] [TABLE]

                Options:
                  --guest NAME      who comes
                  --courses N       how many plates, each of which comes and goes before the
                                    next one does (default 3)
                  --wine BOTTLE …   what to drink
                  --pause DURATION  between courses (default 5s)
                  --late            after midnight
                  TABLE             where
                  --help            shows this
                """)
        #expect(text.split(separator: "\n").allSatisfy { $0.count <= 80 })
    }
}
