import Glibc
import Testing

/// `Docs/Cli.md`, whose blocks are the snapshots: what the page shows is what the program prints, or tests
/// fail.
///
/// A block stands below a line `<!-- shows: NAME -->`. With `CONCLAVE_SNAPSHOTS=write` in the environment,
/// the page is written anew instead; read the difference before it is committed.
struct CliPage {
    struct Block {
        let name: String
        let text: String
    }

    static let path =
        #filePath.split(separator: "/").dropLast(3).reduce("") { $0 + "/" + $1 } + "/Docs/Cli.md"

    /// The blocks in the order of the page.
    static var blocks: [Block] {
        let lines = (contents(of: path) ?? "").split(separator: "\n", omittingEmptySubsequences: false)
        return lines.indices.compactMap { index in
            guard lines[index].hasPrefix("<!-- shows: "), lines[index].hasSuffix(" -->"),
                lines.dropFirst(index + 1).first?.hasPrefix("```") == true
            else { return nil }
            let name = lines[index].dropFirst(12).dropLast(4)
            let text = lines[(index + 2)...].prefix { $0 != "```" }.joined(separator: "\n")
            return Block(name: String(name), text: text)
        }
    }

    /// Compares the block called `name` with what the program prints, or writes it.
    static func check(_ name: String, shows text: String, _ location: SourceLocation = #_sourceLocation) {
        guard let block = blocks.first(where: { $0.name == name }) else {
            Issue.record("Docs/Cli.md has no block <!-- shows: \(name) -->", sourceLocation: location)
            return
        }
        guard block.text != text else { return }
        guard isWritten else {
            #expect(block.text == text, "<!-- shows: \(name) -->", sourceLocation: location)
            return
        }
        let start = "<!-- shows: \(name) -->\n```text\n"
        let page = (contents(of: path) ?? "").replacing(
            start + block.text + "\n```", with: start + text + "\n```")
        write(page, to: path)
    }

    /// Whether pages are written instead of compared.
    static var isWritten: Bool {
        unsafe getenv("CONCLAVE_SNAPSHOTS").map { unsafe String(cString: $0) } == "write"
    }

    static func write(_ page: String, to path: String) {
        let stream = unsafe fopen(path, "w")
        unsafe fputs(page, stream)
        if let stream = unsafe stream { unsafe fclose(stream) }
    }
}
