/// One text file of the checkout.
struct SourceFile: Sendable {
    /// From the root of the checkout: `Sources/Codec/Hex.swift`.
    let path: String
    let lines: [Substring]
    /// Empty unless the file is Swift.
    let tokens: [Token]
    /// Lines, from 1, that hold a comment; empty unless the file is Swift.
    let commentLines: Set<Int>

    init(path: String, text: String) {
        self.path = path
        lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        let tokenizer = Tokenizer(path.hasSuffix(".swift") ? text : "")
        tokens = tokenizer.tokens
        commentLines = tokenizer.commentLines
    }

    var isSwift: Bool { path.hasSuffix(".swift") }
    var isMarkdown: Bool { path.hasSuffix(".md") }
    var text: String { lines.joined(separator: "\n") }

    /// How many lines there are; the end of the last one does not begin another.
    var lineCount: Int { lines.last?.isEmpty == true ? lines.count - 1 : lines.count }

    /// `Foo` for `…/Foo.swift` and `…/Foo+Bar.swift`.
    var baseName: Substring {
        let name = path.split(separator: "/").last ?? ""
        return name.prefix { $0 != "." && $0 != "+" }
    }

    func isUnder(_ folders: [String]) -> Bool {
        folders.contains { path.hasPrefix($0) }
    }

    /// The modules that the file imports, each with its line.
    var imports: [(module: String, line: Int)] {
        let kinds: Set<String> = ["struct", "class", "enum", "protocol", "typealias", "func", "var", "let"]
        return tokens.indices.compactMap { index in
            guard tokens[index].text == "import", index + 1 < tokens.count else { return nil }
            var name = index + 1
            if kinds.contains(tokens[name].text), name + 1 < tokens.count { name += 1 }
            return (tokens[name].text, tokens[name].line)
        }
    }

    /// The indices at which `sequence` begins among the tokens.
    func occurrences(of sequence: [String]) -> [Int] {
        guard let first = sequence.first, tokens.count >= sequence.count else { return [] }
        return (0...(tokens.count - sequence.count)).filter { start in
            tokens[start].text == first
                && sequence.indices.allSatisfy { tokens[start + $0].text == sequence[$0] }
        }
    }
}
