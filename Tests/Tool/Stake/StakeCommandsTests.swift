import Testing

@testable import ConclaveTool

@Suite struct StakeCommandsTests {
    static let key = String(repeating: "ab", count: 32)
    static let common = ["--key", "k", "--genesis", "g", "--http", "127.0.0.1:1"]

    @Test(arguments: [
        (["bond"] + common, "conclave stake bond needs --amount N; see conclave stake bond --help"),
        (
            ["bond", "--amount", "0"] + common,
            "--amount: '0' is not a whole number from 1 to 4503599627370496"
        ),
        (
            ["bond", "--amount", "4503599627370497"] + common,
            "--amount: '4503599627370497' is not a whole number from 1 to 4503599627370496"
        ),
        (
            ["unbond", "--amount", "+1"] + common,
            "--amount: '+1' is not a whole number from 1 to 4503599627370496"
        ),
        (
            ["transfer", "--amount", "1"] + common,
            "conclave stake transfer needs --to HEX; see conclave stake transfer --help"
        ),
        (
            ["transfer", "--amount", "1", "--to", "ab"] + common,
            "--to: 'ab' is not a public key of 64 hexadecimal digits"
        ),
        (
            ["rotate", "--address", "1.2.3.4:5"] + common,
            "conclave stake rotate needs --network-key FILE; see conclave stake rotate --help"
        ),
        (
            ["unbond", "--amount", "1", "--to", key] + common,
            "unknown option '--to'; see conclave stake unbond --help"
        ),
        (["list"], "conclave stake list needs --http ADDR; see conclave stake list --help"),
    ])
    func `what is missing or wrong on the command line is named`(words: [String], message: String) {
        #expect(CommandGroupTests.run(StakeCommands.group, words).failure == Failure(.usage, message))
    }

    @Test func `a validator that is not there is said to be, with what would help`() {
        let (_, failure, _) = CommandGroupTests.run(
            StakeCommands.group, ["list", "--http", "127.0.0.1:1"])
        #expect(failure?.exit == .unavailable)
        #expect(
            failure?.message.hasSuffix("a validator answers for the chain with --chain-http ADDR") == true)
    }
}
