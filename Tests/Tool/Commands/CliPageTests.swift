import ConclaveTool
import Testing

/// One at a time: they may write the page.
@Suite(.serialized) struct CliPageTests {
    @Test func `the page shows the help of every command`() {
        for words in [[]] + Program.words.map({ [$0] }) {
            let recording = Recording()
            #expect(recording.run(words + ["--help"]) == .success)
            let name = (["conclave"] + words + ["--help"]).joined(separator: " ")
            CliPage.check(name, shows: recording.results.joined(separator: "\n"))
        }
    }
}
