import ConclaveTool
import Testing

@Suite struct ProgramTests {
    @Test(arguments: [
        ([], "conclave: a command is missing; see conclave --help"),
        (["kegen"], "conclave: unknown command 'kegen'; did you mean keygen?"),
        (["--josn"], "conclave: unknown command '--josn'; see conclave --help"),
    ])
    func `an unknown command is named`(words: [String], complaint: String) {
        let recording = Recording()
        #expect(recording.run(words) == .usage)
        #expect(recording.complaints == [complaint])
    }

    @Test func `every command has help that fits a terminal and exits 0`() {
        for word in Program.words {
            let recording = Recording()
            #expect(recording.run([word, "--help"]) == .success)
            let lines = recording.results.joined().split(separator: "\n")
            #expect(lines.first?.hasPrefix("conclave \(word): ") == true)
            for line in lines where !line.hasPrefix("Usage:") && !line.hasPrefix("       ") {
                #expect(line.count <= 80, "\(line)")
            }
        }
    }
}
